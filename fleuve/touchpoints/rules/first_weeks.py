"""Who was a customer before the file begins.

A file that starts on a day does not make everybody seen in its first weeks a new customer. Someone who buys every g
days shows up within g days of the start: after the median gap between purchases, half of the regular customers
have appeared, and from then on a first purchase tells more of a newcomer than of an old customer. So the first
``ceil(median gap)`` weeks are set apart: customers first seen in them are "already there".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

__all__ = ["was_already_there", "weeks_already_there", "weeks_of_median"]

_SHORTEST_WEEKS = 1
# Beyond half a year a file would have no newcomers left to learn from.
_LONGEST_WEEKS = 26
# With fewer gaps than this the median is hearsay: four weeks, a monthly rhythm, stand in for it.
_FEWEST_GAPS = 30
_WEEKS_WHEN_UNKNOWN = 4


def weeks_already_there(gaps_days: Sequence[float]) -> int:
    """How many first weeks' newcomers are taken for earlier customers, read off the gaps between purchase days."""
    return weeks_of_median(float(median(gaps_days)) if len(gaps_days) else 0.0, len(gaps_days))


def weeks_of_median(median_days: float, gaps: int) -> int:
    """The same for whoever has the median of the gaps, and how many gaps there are, already."""
    if gaps < _FEWEST_GAPS:
        return _WEEKS_WHEN_UNKNOWN
    return min(max(math.ceil(median_days / 7), _SHORTEST_WEEKS), _LONGEST_WEEKS)


def was_already_there(first_day: date, file_start: date, weeks: int, customer_since: date | None = None) -> bool:
    """Whether a customer first seen on ``first_day`` was one before; a known "customer since" overrides the weeks."""
    if customer_since is not None:
        return customer_since < file_start
    return first_day < file_start + timedelta(weeks=weeks)
