"""What the renewals of a base of contracts are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.backtest.judgement import JudgedTotal
from fleuve_analytics.backtest.totals import parameter_ratios, widened_range
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.retention.contracts import FittedContract
from fleuve_analytics.weights import checked_weights

__all__ = ["ContractBaseValue", "constant_retention_value", "contract_base_value", "renewal_value"]


@dataclass(frozen=True)
class ContractBaseValue:
    """Expected discounted margin of all renewals to come, with its range; `contracts` is their number (weights).

    widened_by_backtest: the doubt about the parameters was narrower than the record of past predictions.
    """

    low: float
    likely: float
    high: float
    contracts: float
    level: float
    widened_by_backtest: bool


def renewal_value(
    fitted: FittedContract,
    age: npt.ArrayLike,
    margin: npt.ArrayLike,
    discount_rate: float,
    *,
    horizon: int | None = None,
    until_renewal: npt.ArrayLike = 0.0,
) -> FloatArray:
    """Value of the renewals to come of each contract: margin × discounted expected residual lifetime.

    Assumptions: those of the fitted model; the margin of a period stays as it is and comes at the renewal; what was
    paid already is not counted. Infinite for a heavy tail without discount and without horizon.

    age: renewals made so far, shape (n,); margin: money per period and contract; discount_rate, horizon, until_renewal:
    as in `FittedContract.discounted_residual`. Shapes broadcast.

    Reference: Fader & Hardie (2010), Marketing Science 29(1), equation 7.

    >>> from fleuve_analytics.retention import ShiftedBetaGeometric
    >>> fitted = ShiftedBetaGeometric().fit_survivors([1000, 631, 468, 382, 326])
    >>> renewal_value(fitted, age=[0, 4], margin=100, discount_rate=.10).round(2).tolist()
    [288.33, 568.38]
    """
    money = np.asarray(margin, dtype=np.float64)
    if not np.isfinite(money).all():
        raise InvalidSetting("Every margin must be a number.", code="margin")
    return money * fitted.discounted_residual(discount_rate, age, horizon, until_renewal)


def contract_base_value(
    fitted: FittedContract,
    age: npt.ArrayLike,
    margin: npt.ArrayLike,
    discount_rate: float,
    *,
    rng: np.random.Generator,
    horizon: int | None = None,
    until_renewal: npt.ArrayLike = 0.0,
    weights: npt.ArrayLike | None = None,
    judged: Sequence[JudgedTotal] = (),
    level: float = 0.80,
) -> ContractBaseValue:
    """Value of the renewals to come of all contracts together, as low, likely and high.

    likely: sum of `renewal_value`. The range is the wider, at each end, of the doubt about the parameters (drawn from
    their estimated distribution) and of the errors of past predictions in `judged`; see `backtest.total_range`. It is
    about what to expect: a small base may by chance come out beside it. In a limit case (`converged` false) the doubt
    about the parameters is not known, and the range rests on `judged` alone.

    weights: how many contracts each row stands for; other arguments as in `renewal_value`; rng: the same seed gives the
    same range. Raises `InvalidSetting` where the value is infinite: give a discount rate or a horizon.
    """
    old, money, wait = np.broadcast_arrays(*(np.atleast_1d(part) for part in (age, margin, until_renewal)))
    weight = checked_weights(weights, old.size)
    # Contracts of one age and one wait are valued once; a complex number holds both for the sort.
    groups, place = np.unique(old.ravel() + 1j * wait.ravel(), return_inverse=True)
    margins = np.bincount(place.ravel(), weight * money.ravel(), minlength=groups.size)

    def total(model: FittedContract) -> float:
        worth = renewal_value(model, groups.real, margins, discount_rate, horizon=horizon, until_renewal=groups.imag)
        return float(worth.sum())

    likely = total(fitted)
    if not np.isfinite(likely):
        raise InvalidSetting(
            "Without discount, so long a life is worth an infinite sum. Give a discount rate or a horizon.",
            code="discount_rate",
        )
    found = widened_range(likely, parameter_ratios((fitted,), total, rng), judged, level)
    return ContractBaseValue(found.low, likely, found.high, float(weight.sum()), level, found.widened_by_backtest)


def constant_retention_value(
    contribution: npt.ArrayLike,
    retention: float,
    discount_rate: float,
    periods: int,
    *,
    promotion_cost: float = 0.0,
    per_year: float = 1.0,
) -> float:
    """Lifetime value when the same share stays each time: sales at each period's start, promotion halfway between.

    Σ i = 0 … n of GC·r^i/(1+d)^(i/p) − Σ i = 1 … n of M·r^(i−1)/(1+d)^((i−½)/p)

    Assumptions: a customer lost does not return; retention is the same for all and for ever.

    contribution: gross contribution of a period, one number or n + 1 of them (periods 0 to n); retention: share kept
    from one period to the next; discount_rate: interest per *year*; periods: n, renewals to count; promotion_cost: M,
    per customer and period; per_year: p, periods a year (2 for half-years, .5 for two-year cycles).

    Reference: Berger & Nasr (1998), "Customer Lifetime Value: Marketing Models and Applications", Journal of
    Interactive Marketing 12(1), cases 1 (p = 1), 2a (p > 1) and 2b (p < 1); unequal contributions: cases 3 and 4.

    >>> round(constant_retention_value(260, .75, .20, 10, promotion_cost=50), 4)
    568.7831
    """
    gains = np.asarray(contribution, dtype=np.float64)
    if gains.ndim and gains.shape != (periods + 1,):
        raise InvalidSetting(f"Give one contribution, or {periods + 1}: periods 0 to {periods}.", code="contribution")
    if not (0 <= retention <= 1 and discount_rate >= 0 and per_year > 0 and periods >= 0):
        raise InvalidSetting("Retention lies between 0 and 1, rates and numbers of periods above zero.", code="rates")
    i = np.arange(periods + 1.0)
    years = np.log1p(discount_rate) / per_year
    came = gains * retention**i * np.exp(-years * i)
    spent = promotion_cost * retention ** i[:-1] * np.exp(-years * (i[:-1] + 0.5))
    return float(came.sum() - spent.sum())
