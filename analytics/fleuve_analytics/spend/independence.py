"""Does spend per purchase depend on how often people buy? Gamma-Gamma says no: check before believing it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import NotEnoughData
from fleuve_analytics.spend.checks import checked_spend

__all__ = ["Independence", "spend_independence"]

# A correlation of .3 explains a tenth of the differences in spend: beyond it, the sum of "how often" times "how much"
# misses by more than the other assumptions do.
TOLERATED = 0.3


@dataclass(frozen=True)
class Independence:
    """Correlation between frequency and mean spend among repeat buyers, plain and by rank, with its standard error."""

    correlation: float
    rank_correlation: float
    standard_error: float
    customers: int

    @property
    def is_plausible(self) -> bool:
        """True while both correlations stay below .3, where the product "how often × how much" remains usable."""
        return max(abs(self.correlation), abs(self.rank_correlation)) < TOLERATED


def spend_independence(frequency: npt.ArrayLike, mean_spend: npt.ArrayLike) -> Independence:
    """Measure how far spend per purchase goes with frequency, over customers with at least one repeat purchase.

    Raises `NotEnoughData` below ten such customers, `InvalidSpend` on unusable figures.
    """
    from scipy.stats import rankdata

    x, spend = checked_spend(frequency, mean_spend)
    repeat = x > 0
    x, spend = x[repeat], spend[repeat]
    if x.size < 10 or np.ptp(x) == 0 or np.ptp(spend) == 0:
        raise NotEnoughData("Ten repeat buyers with different habits are needed to compare.", code="few_repeat_buyers")
    plain = float(np.corrcoef(x, spend)[0, 1])
    ranked = float(np.corrcoef(rankdata(x), rankdata(spend))[0, 1])
    return Independence(plain, ranked, math.sqrt((1 - plain**2) / (x.size - 2)), int(x.size))
