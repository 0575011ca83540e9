"""From answers given as "low, likely, high" to a budget with the same honesty.

Method: each uncertain answer follows a triangle from low over likely to high, independent of the others; the exact
optimum is computed for many combinations drawn together (Latin hypercube: each answer's range is covered evenly), and
the middle `level` of each result is kept. The corners of all ranges at once would be simpler, but say what happens when
every answer is wrong in the worst way together, which is so wide that it decides nothing; and the best spend is not
monotone in the answers (a steeper response first raises, then lowers it), so corners do not even bound it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleuve_analytics.equity.budgets import OptimalBudget, optimal_budgets
from fleuve_analytics.equity.limits import UNLIMITED, BudgetLimits
from fleuve_analytics.equity.optimum import best_acquisition_spend, best_retention_spend, lifetime_value
from fleuve_analytics.equity.response import Response
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["BudgetRanges", "Range", "ResponseRange", "budget_ranges"]


@dataclass(frozen=True)
class Range:
    """An answer or a result: low ≤ likely ≤ high. Equal ones for what is known."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            raise InvalidSetting(
                f"Give low, likely and high in that order, not {self.low:g}, {self.likely:g}, {self.high:g}.",
                code="range",
            )

    @classmethod
    def known(cls, value: float) -> Range:
        """A range without doubt."""
        return cls(value, value, value)


@dataclass(frozen=True)
class ResponseRange:
    """The manager's answers about a response, each as a range; see `Response`."""

    spend: Range
    rate: Range
    ceiling: Range
    base_rate: Range = Range(0.0, 0.0, 0.0)

    @property
    def likely(self) -> Response:
        """The response at the likely answers."""
        return Response(self.spend.likely, self.rate.likely, self.ceiling.likely, self.base_rate.likely)


@dataclass(frozen=True)
class BudgetRanges:
    """The best budget as ranges; `likely` values are exact optima at the likely answers (`best`).

    matters: for each uncertain answer, how much of the doubt about the gain goes with it (squared rank correlation,
    0 to 1): what to measure first. consistent: share of drawn combinations that made sense together (rates in order).
    """

    best: OptimalBudget
    acquisition_spend: Range
    retention_spend: Range
    acquisition_rate: Range
    retention_rate: Range
    lifetime_value: Range
    equity_per_prospect: Range
    gain_per_prospect: Range
    matters: dict[str, float]
    consistent: float


def budget_ranges(
    *,
    margin: Range,
    discount_rate: Range,
    acquisition: ResponseRange,
    retention: ResponseRange,
    rng: np.random.Generator,
    level: float = 0.80,
    draws: int = 4096,
    limits: BudgetLimits = UNLIMITED,
) -> BudgetRanges:
    """The range of the best budget when the manager's answers are ranges.

    level: share of the combinations inside each resulting range. limits: as in `optimal_budgets`. rng: fix its seed and
    the answer is the same each time. Combinations that contradict themselves (today's rate above the ceiling) are left
    out.

    Raises `InvalidSetting` when the likely answers contradict themselves or nearly all combinations do.
    """
    best = optimal_budgets(
        margin=margin.likely,
        discount_rate=discount_rate.likely,
        acquisition=acquisition.likely,
        retention=retention.likely,
        limits=limits,
    )
    answers = _named(margin, discount_rate, acquisition, retention)
    drawn = {name: _triangle(answer, _even_draws(draws, rng)) for name, answer in answers.items()}
    sound = _makes_sense(drawn)
    if sound.mean() < 0.10:
        raise InvalidSetting(
            "Nearly all combinations of these answers contradict each other. Keep the range of today's rate below that "
            "of the ceiling.",
            code="rates",
        )
    drawn = {name: values[sound] for name, values in drawn.items()}
    results = _optimum(drawn, limits)
    gain = results["gain_per_prospect"]
    uncertain = {name: values for name, values in drawn.items() if answers[name].high > answers[name].low}
    return BudgetRanges(
        best=best,
        **{name: _around(float(getattr(best, name)), values, level) for name, values in results.items()},
        matters={name: _rank_share(values, gain) for name, values in uncertain.items()},
        consistent=float(sound.mean()),
    )


def _named(
    margin: Range, discount_rate: Range, acquisition: ResponseRange, retention: ResponseRange
) -> dict[str, Range]:
    named = {"margin": margin, "discount_rate": discount_rate}
    for side, answers in (("acquisition", acquisition), ("retention", retention)):
        named |= {f"{side}_{part}": getattr(answers, part) for part in ("spend", "rate", "ceiling", "base_rate")}
    return named


def _even_draws(draws: int, rng: np.random.Generator) -> FloatArray:
    """One uniform draw in each of `draws` equal slices of [0, 1], shuffled."""
    return (rng.permutation(draws) + rng.random(draws)) / draws


def _triangle(answer: Range, uniform: FloatArray) -> FloatArray:
    """Quantiles of the triangular distribution."""
    width = answer.high - answer.low
    if width == 0:
        return np.full(uniform.shape, answer.likely)
    rise = (answer.likely - answer.low) / width
    up = answer.low + width * np.sqrt(uniform * rise)
    down = answer.high - width * np.sqrt((1 - uniform) * (1 - rise))
    return np.where(uniform < rise, up, down)


def _makes_sense(drawn: dict[str, FloatArray]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    sound = (drawn["discount_rate"] >= 0) & (1 + drawn["discount_rate"] - drawn["retention_ceiling"] > 0)
    for side in ("acquisition", "retention"):
        base, rate, ceiling = (drawn[f"{side}_{part}"] for part in ("base_rate", "rate", "ceiling"))
        sound &= (base >= 0) & (base <= rate) & (rate < ceiling) & (ceiling <= 1) & (drawn[f"{side}_spend"] > 0)
    return np.asarray(sound, dtype=np.bool_).ravel()


def _optimum(drawn: dict[str, FloatArray], limits: BudgetLimits) -> dict[str, FloatArray]:
    """The best budget and its gain over today's, for every combination at once."""
    margin, interest = drawn["margin"], drawn["discount_rate"]
    won_k, won_reach = _curve(drawn, "acquisition")
    kept_k, kept_reach = _curve(drawn, "retention")
    free = best_retention_spend(margin, interest, kept_k, kept_reach, drawn["retention_ceiling"])
    spend = np.minimum(free, limits.retention_spend)
    kept = drawn["retention_base_rate"] - kept_reach * np.expm1(-kept_k * spend)
    worth = lifetime_value(margin, interest, spend, kept)
    most = limits.on_acquisition(won_k, won_reach, drawn["acquisition_base_rate"])
    reach = np.minimum(best_acquisition_spend(worth, won_k, won_reach), most)
    won = drawn["acquisition_base_rate"] - won_reach * np.expm1(-won_k * reach)
    equity = won * worth - reach
    worth_today = lifetime_value(margin, interest, drawn["retention_spend"], drawn["retention_rate"])
    today = drawn["acquisition_rate"] * worth_today - drawn["acquisition_spend"]
    return {
        "acquisition_spend": reach,
        "retention_spend": spend,
        "acquisition_rate": won,
        "retention_rate": kept,
        "lifetime_value": worth,
        "equity_per_prospect": equity,
        "gain_per_prospect": equity - today,
    }


def _curve(drawn: dict[str, FloatArray], side: str) -> tuple[FloatArray, FloatArray]:
    reach = drawn[f"{side}_ceiling"] - drawn[f"{side}_base_rate"]
    got = drawn[f"{side}_rate"] - drawn[f"{side}_base_rate"]
    return -np.log1p(-got / reach) / drawn[f"{side}_spend"], reach


def _around(likely: float, values: FloatArray, level: float) -> Range:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Range(min(float(low), likely), likely, max(float(high), likely))


def _rank_share(answer: FloatArray, result: FloatArray) -> float:
    if np.ptp(result) == 0:
        return 0.0
    first, second = (np.argsort(np.argsort(values)).astype(np.float64) for values in (answer, result))
    return float(np.corrcoef(first, second)[0, 1] ** 2)
