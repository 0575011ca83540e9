"""How much of a budget can be spent at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["UNLIMITED", "BudgetLimits"]


@dataclass(frozen=True)
class BudgetLimits:
    """Upper bounds on what one prospect or one customer may cost, and on the share of prospects that can be served.

    acquisition_spend: money per prospect; retention_spend: money per customer and period; acquisition_rate: share of
    the prospects that can be taken in as customers (a shop has so many hands). All without limit by default.

    >>> BudgetLimits.for_volumes(prospects=10_000, most_customers=500).acquisition_rate
    0.05
    """

    acquisition_spend: float = math.inf
    retention_spend: float = math.inf
    acquisition_rate: float = 1.0

    def __post_init__(self) -> None:
        if not (self.acquisition_spend >= 0 and self.retention_spend >= 0 and 0 <= self.acquisition_rate <= 1):
            raise InvalidSetting(
                "Limits on spends are zero or more; the share of prospects that can be served lies between 0 and 1.",
                code="limits",
            )

    @classmethod
    def for_volumes(
        cls,
        prospects: float,
        *,
        most_customers: float | None = None,
        most_money: float | None = None,
        retention_spend: float = math.inf,
    ) -> BudgetLimits:
        """Limits from the number of prospects: customers that can be taken in, and money for winning them all."""
        if not (math.isfinite(prospects) and prospects > 0):
            raise InvalidSetting("The number of prospects must be above zero.", code="volumes")
        return cls(
            acquisition_spend=math.inf if most_money is None else most_money / prospects,
            retention_spend=retention_spend,
            acquisition_rate=1.0 if most_customers is None else min(most_customers / prospects, 1.0),
        )

    def on_acquisition(self, steepness: npt.ArrayLike, reach: npt.ArrayLike, base_rate: npt.ArrayLike) -> FloatArray:
        """The most that may be spent per prospect on a response, both limits considered, element by element."""
        k, c, base = (np.asarray(part, dtype=np.float64) for part in (steepness, reach, base_rate))
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = -np.log1p(-(self.acquisition_rate - base) / c) / k
        never = (self.acquisition_rate >= base + c) | (k == 0)
        most = np.where(never, np.inf, np.maximum(needed, 0.0))
        return np.asarray(np.minimum(most, self.acquisition_spend), dtype=np.float64)


UNLIMITED = BudgetLimits()
