"""The range of a portfolio's total: as wide as the doubt about the parameters, or as the last back-test was wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from fleuve_analytics.backtest.judgement import JudgedTotal
from fleuve_analytics.backtest.ranges import Buying
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.fitted import Fitted
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.shares import require_level
from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma

__all__ = ["TotalRange", "draw_parameters", "parameter_ratios", "total_range", "widened_range"]

Model = TypeVar("Model", bound=Fitted)
DRAWS = 200
# A sum over this many customers, scaled up, gives the *relative* doubt about the parameters as well as all of them.
MOST = 5_000
# Where data leave a direction of the parameters open by more than a factor e, the likelihood there is a ridge and no
# longer a bell; a draw further off would leave the ridge for populations that the data exclude.
MOST_DOUBT = 1.0


@dataclass(frozen=True)
class TotalRange:
    """A predicted total with its range. widened_by_backtest: the models' own doubt was narrower than their record."""

    low: float
    likely: float
    high: float
    widened_by_backtest: bool


def total_range(
    buying: Buying,
    spend: FittedGammaGamma,
    horizon: float,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    mean_spend: npt.ArrayLike,
    *,
    judged: Sequence[JudgedTotal],
    rng: np.random.Generator,
    level: float = 0.80,
) -> TotalRange:
    """Money to come from all customers together over the horizon, as low, likely and high.

    likely: sum of expected purchases times expected spend. The range is the wider, at each end, of two: the parameters
    drawn from their estimated distribution (normal in their logarithms), and the errors of the back-tests in `judged`
    applied to this total: where 88 came for every 100 predicted, low is at most 88 % of likely, and high at least
    1/88 %, for a model that has once been wrong one way may be wrong the other.
    """
    require_level(level)
    parts = [np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in (frequency, recency, age, mean_spend)]
    some = _some_customers(parts, rng)
    ratios = parameter_ratios((buying, spend), lambda one, other: _total(one, other, horizon, some), rng)
    return widened_range(_total(buying, spend, horizon, parts), ratios, judged, level)


def widened_range(likely: float, ratios: FloatArray, judged: Sequence[JudgedTotal], level: float) -> TotalRange:
    """The middle `level` of the ratios times `likely`, stretched to what the back-tests in `judged` were off by."""
    require_level(level)
    low, high = (float(edge) * likely for edge in np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2]))
    off = max(
        (max(t.came / t.predicted, t.predicted / t.came) for t in judged if t.came > 0 < t.predicted), default=1.0
    )
    return TotalRange(
        low=min(low, likely, likely / off),
        likely=likely,
        high=max(high, likely, likely * off),
        widened_by_backtest=likely / off < low or likely * off > high,
    )


def parameter_ratios(
    models: Sequence[object], total: Callable[..., float], rng: np.random.Generator, draws: int = DRAWS
) -> FloatArray:
    """Totals under drawn parameters, relative to the total under the estimates.

    total: takes the models in their order and gives the total. Where drawn parameters have no such total (a mean spend
    that is infinite), the draw is left out. A model without known doubt (not a `Fitted`) stays as it is.
    """
    drawn = [draw_parameters(model, draws, rng) if isinstance(model, Fitted) else [model] * draws for model in models]
    ratios, base = [], total(*models)
    for combination in zip(*drawn, strict=True):
        try:
            ratios.append(total(*combination) / base)
        except InvalidSetting:
            continue
    return np.array(ratios or [1.0])


def _some_customers(parts: Sequence[FloatArray], rng: np.random.Generator) -> list[FloatArray]:
    """At most 5,000 customers drawn by lot: enough for the relative doubt about the parameters."""
    size = parts[0].size
    rows = rng.choice(size, MOST, replace=False) if size > MOST else np.arange(size)
    return [part[rows] for part in parts]


def draw_parameters(fitted: Model, draws: int, rng: np.random.Generator) -> list[Model]:
    """The model with parameters drawn around the estimate, as uncertain as the data leave them.

    The draws are normal in the logarithms of the parameters, or in the parameters themselves for signed ones. Where the
    likelihood is flat (infinite variance), the estimate itself is returned each time.
    """
    names = fitted.parameter_names()
    at = np.array(list(fitted.parameters.values()))
    signed = np.array([name in fitted.signed for name in names])
    unit = np.where(signed, 1.0, at)
    spread = np.array(fitted.covariance) / np.outer(unit, unit)
    if not np.isfinite(spread).all():
        return [fitted] * draws
    doubt, directions = np.linalg.eigh(spread)
    steps = rng.standard_normal((draws, len(at))) * np.sqrt(np.clip(doubt, 0.0, MOST_DOUBT))
    moved = steps @ directions.T
    drawn = np.where(signed, at + moved, at * np.exp(moved))
    return [replace(fitted, **dict(zip(names, row, strict=True))) for row in drawn.tolist()]


def _total(buying: Buying, spend: FittedGammaGamma, horizon: float, parts: Sequence[FloatArray]) -> float:
    x, recent, old, money = parts
    return float(buying.expected_purchases(horizon, x, recent, old) @ spend.expected_spend(x, money))
