"""Moments of one history, grouped by month for the timeline part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from fleuve.ui.formatting import month

__all__ = ["Moment", "MonthOfMoments", "by_month"]


@dataclass(frozen=True)
class Moment:
    """Something that happened; ``at`` is in the organisation's zone."""

    at: datetime
    title: str
    detail: str = ""
    url: str = ""
    icon: str = "circle"
    tone: str = ""
    who: str = ""
    amount: str = ""
    is_simulated: bool = False


@dataclass(frozen=True)
class MonthOfMoments:
    """The moments of one month under its heading."""

    label: str
    moments: tuple[Moment, ...]


def by_month(moments: Iterable[Moment]) -> list[MonthOfMoments]:
    """Neighbouring moments of the same month together, in the order given."""
    groups = groupby(moments, key=lambda moment: moment.at.year * 100 + moment.at.month)
    return [MonthOfMoments(month(yyyymm, "long"), tuple(found)) for yyyymm, found in groups]
