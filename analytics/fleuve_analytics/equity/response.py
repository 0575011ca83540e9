"""How a rate answers to money: three questions to the manager, one curve with a ceiling."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["Response"]


@dataclass(frozen=True)
class Response:
    """A rate (of prospects won, of customers kept) as a function of the money spent on each.

    rate(R) = base_rate + (ceiling − base_rate) · (1 − e^(−steepness · R))

    Assumptions: each further euro does less than the one before; no money reaches the ceiling; nothing is lost at once
    when spending stops beyond the fall to `base_rate`.

    spend: what is spent today on each prospect or customer (money, above zero).
    rate: the rate obtained today with it. ceiling: the rate if money did not matter. base_rate: the rate without any
    spend (many customers stay by themselves). 0 ≤ base_rate ≤ rate < ceiling ≤ 1.

    Reference: Blattberg & Deighton (1996), "Manage Marketing by the Customer Equity Test", Harvard Business Review.

    >>> round(Response(spend=8, rate=.60, ceiling=.80).steepness, 9)
    0.173286795
    """

    spend: float
    rate: float
    ceiling: float
    base_rate: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.spend) and self.spend > 0):
            raise InvalidSetting(
                "Today's spend must be above zero: without spend nothing tells how the rate answers. Give the smallest "
                "effort that was ever tried, and its rate.",
                code="spend",
            )
        if not 0 <= self.base_rate <= self.rate < self.ceiling <= 1:
            raise InvalidSetting(
                "Rates must go up: rate without spend, today's rate, then a ceiling that is higher than today's rate "
                f"and at most 100 %; not {self.base_rate:.1%}, {self.rate:.1%}, {self.ceiling:.1%}.",
                code="rates",
            )

    @property
    def steepness(self) -> float:
        """How fast the rate nears its ceiling, per euro."""
        return -math.log1p(-(self.rate - self.base_rate) / self.reach) / self.spend

    @property
    def reach(self) -> float:
        """What money can add to the rate at most."""
        return self.ceiling - self.base_rate

    def rate_at(self, spend: npt.ArrayLike) -> FloatArray:
        """The rate obtained with this spend."""
        return self.base_rate - self.reach * np.expm1(-self.steepness * np.asarray(spend, dtype=np.float64))

    def slope_at(self, spend: npt.ArrayLike) -> FloatArray:
        """What one more euro adds to the rate."""
        return self.reach * self.steepness * np.exp(-self.steepness * np.asarray(spend, dtype=np.float64))

    def least_spend(self, rate: float) -> float | None:
        """The least spend with at least this rate; None when no money reaches it."""
        if rate <= self.base_rate:
            return 0.0
        if rate >= self.ceiling or self.steepness == 0:
            return None
        return -math.log1p(-(rate - self.base_rate) / self.reach) / self.steepness
