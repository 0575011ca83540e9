"""When a product that a customer bought regularly counts as abandoned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

__all__ = ["is_abandoned", "usual_gap_days"]

_FEWEST_DAYS = 3
_TIMES_THE_USUAL_GAP = 2.0


def usual_gap_days(days: Sequence[date]) -> float | None:
    """The median gap between purchase days in order; None below three days, when there is no rhythm yet."""
    if len(days) < _FEWEST_DAYS:
        return None
    return float(median((after - before).days for before, after in pairwise(days)))


def is_abandoned(days: Sequence[date], today: date) -> bool:
    """Whether a regular product has been silent for twice its usual gap *and* longer than ever before.

    The second half keeps seasonal products out: what is bought every December is not abandoned in June.
    """
    usual = usual_gap_days(days)
    if usual is None:
        return False
    silent = (today - days[-1]).days
    longest = max((after - before).days for before, after in pairwise(days))
    return silent > _TIMES_THE_USUAL_GAP * usual and silent > longest
