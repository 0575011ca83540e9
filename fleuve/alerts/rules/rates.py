"""Rates of false alarms, and shares with the interval that counting allows."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

__all__ = ["LEAST_RATE_BP", "MOST_RATE_BP", "RATE_BP", "SEASON_DAYS", "Share", "share_of"]

# False alarms allowed per customer and year, in ten-thousandths: one in ten years unless somebody chose otherwise.
RATE_BP: Final = 1_000
LEAST_RATE_BP, MOST_RATE_BP = 100, 20_000
# The same weeks a year before: whole weeks, so that a Tuesday is compared with a Tuesday.
SEASON_DAYS: Final = 364
_NORMAL_95: Final = 1.959964


@dataclass(frozen=True)
class Share:
    """A count out of a total with the interval of its share."""

    count: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.count / self.total if self.total else 0.0


def share_of(count: int, total: int) -> Share:
    """The share with Wilson's 95 % interval, which stays between 0 and 1 however few were counted.

    >>> found = share_of(171, 212)
    >>> round(found.low, 3), round(found.high, 3)
    (0.748, 0.854)
    """
    if total == 0:
        return Share(0, 0, 0.0, 1.0)
    z2 = _NORMAL_95**2
    share = count / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    reach = _NORMAL_95 * sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return Share(count, total, max(0.0, middle - reach), min(1.0, middle + reach))
