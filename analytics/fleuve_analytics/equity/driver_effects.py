"""What improving a driver is worth, and whether it pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.equity.drivers import FittedDriverLogit, choice_chances
from fleuve_analytics.equity.ranges import Range
from fleuve_analytics.equity.switching import switching_values
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.weights import checked_weights

__all__ = ["DriverEffect", "Market", "driver_effect"]

DRAWS = 200


@dataclass(frozen=True, eq=False)
class Market:
    """The customers of all brands, as surveyed.

    ratings: customers × brands × drivers; last: number of the brand bought last, (n,); contribution: volume × margin of
    a purchase, per customer (n,), or customers × brands; purchases_per_year: one or one per customer; weights: how many
    customers of the market each row stands for; discount_rate: yearly interest; years: how far ahead to count, all by
    default.
    """

    ratings: npt.ArrayLike
    last: npt.ArrayLike
    contribution: npt.ArrayLike
    discount_rate: float
    purchases_per_year: npt.ArrayLike = 1.0
    weights: npt.ArrayLike | None = None
    years: float | None = None

    def equity(self, coefficients: npt.ArrayLike, ratings: FloatArray) -> FloatArray:
        """Customer equity of each brand under these coefficients and ratings."""
        people, brands = ratings.shape[:2]
        start = np.eye(brands)[np.asarray(self.last, dtype=np.int64)]
        money = np.asarray(self.contribution, dtype=np.float64)
        values = switching_values(
            choice_chances(coefficients, ratings),
            start,
            money[:, np.newaxis] if money.ndim == 1 else money,
            discount_rate=self.discount_rate,
            purchases_per_year=self.purchases_per_year,
            years=self.years,
        )
        return np.asarray(checked_weights(self.weights, people) @ values, dtype=np.float64)


@dataclass(frozen=True)
class DriverEffect:
    """equity_before, equity_after: of the brand; gain: the difference; roi: (gain − cost) / cost, with ranges.

    share_before: the brand's part of the equity of all brands.
    """

    equity_before: float
    equity_after: float
    gain: Range
    roi: Range | None
    share_before: float
    share_after: float


def driver_effect(
    fitted: FittedDriverLogit,
    market: Market,
    *,
    brand: int,
    driver: str,
    change: float,
    cost: float,
    rng: np.random.Generator,
    highest: float = np.inf,
    level: float = 0.80,
) -> DriverEffect:
    """What customer equity a brand gains when customers rate one of its drivers better, and the return on the cost.

    Assumptions: the improvement reaches everybody, lasts, and competitors do not answer; the effect of a rating is
    causal (see `DriverLogit`). The range holds the doubt about the coefficients, drawn from their estimated
    distribution, and nothing else.

    change: points added to the rating, up to `highest` (the end of the scale); cost: present value of all that the
    improvement costs, zero or more (no return is stated for zero); rng: the same seed gives the same range.

    Reference: Rust, Lemon & Zeithaml (2004), Journal of Marketing 68(1), equations 4 to 6.
    """
    if driver not in fitted.drivers:
        raise InvalidSetting(f"There is no driver {driver!r}; there are {', '.join(fitted.drivers)}.", code="driver")
    ratings = np.asarray(market.ratings, dtype=np.float64)
    if ratings.ndim != 3 or not 0 <= brand < ratings.shape[1] or not cost >= 0:
        raise InvalidSetting(
            "Give ratings per customer, brand and driver, one of the brands, and a cost.", code="market"
        )
    better = ratings.copy()
    place = fitted.drivers.index(driver)
    # Who rates above the end of the scale already stays there.
    raised = np.minimum(ratings[:, brand, place] + change, np.maximum(highest, ratings[:, brand, place]))
    better[:, brand, place] = raised
    drawn = rng.multivariate_normal(fitted.coefficients, fitted.covariance, DRAWS, method="eigh")
    gains = [float((market.equity(one, better) - market.equity(one, ratings))[brand]) for one in drawn]
    before, after = market.equity(fitted.coefficients, ratings), market.equity(fitted.coefficients, better)
    gain = _around(float((after - before)[brand]), np.array(gains), level)
    return DriverEffect(
        equity_before=float(before[brand]),
        equity_after=float(after[brand]),
        gain=gain,
        roi=Range(*((part - cost) / cost for part in (gain.low, gain.likely, gain.high))) if cost > 0 else None,
        share_before=float(before[brand] / before.sum()),
        share_after=float(after[brand] / after.sum()),
    )


def _around(likely: float, values: FloatArray, level: float) -> Range:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Range(min(float(low), likely), likely, max(float(high), likely))
