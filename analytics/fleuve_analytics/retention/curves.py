"""Survival without a model: Kaplan–Meier and Nelson–Aalen, for contracts of any length and late entry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.retention.durations import BoolArray, Durations, checked_durations
from fleuve_analytics.shares import normal_quantile, require_level, require_share

__all__ = [
    "Estimate",
    "Events",
    "HazardCurve",
    "SurvivalCurve",
    "events_at",
    "kaplan_meier",
    "nelson_aalen",
    "times_of_departure",
]


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; infinite where the curve does not come down so far."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Events:
    """Each time at which somebody left: how many were at risk then, how many left."""

    time: FloatArray
    at_risk: FloatArray
    left: FloatArray


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """Share still there after each time at which somebody left, with pointwise intervals; arrays of one length.

    standard_error: Greenwood's. low, high: from the log-log transformation, so that they stay between 0 and 1.
    last: the latest time at which anybody was observed; the curve says nothing beyond it.
    """

    time: FloatArray
    at_risk: FloatArray
    left: FloatArray
    survival: FloatArray
    standard_error: FloatArray
    low: FloatArray
    high: FloatArray
    last: float
    level: float

    def at(self, time: npt.ArrayLike) -> FloatArray:
        """Share still there at any times: 1 before the first departure, NaN beyond the last observation."""
        when = np.asarray(time, dtype=np.float64)
        steps = np.concatenate([[1.0], self.survival])[np.searchsorted(self.time, when, side="right")]
        return np.asarray(np.where(when > self.last, np.where(steps == 0, 0.0, np.nan), steps), dtype=np.float64)

    def quantile(self, share: float) -> Estimate:
        """The time by which `share` of the customers have left; the interval inverts that of the curve.

        Reference: Brookmeyer & Crowley (1982), "A Confidence Interval for the Median Survival Time", Biometrics 38.
        """
        require_share(share, "share")
        return Estimate(*(_crossing(self.time, side, 1 - share) for side in (self.survival, self.low, self.high)))

    def median(self) -> Estimate:
        """The time by which half of the customers have left."""
        return self.quantile(0.5)

    def restricted_mean(self, horizon: float) -> Estimate:
        """Mean time as a customer up to the horizon: the area under the curve, with a normal interval.

        Raises `InvalidSetting` for a horizon beyond the last observation.
        Reference: Klein & Moeschberger (2003), "Survival Analysis", 2nd edition, equations 4.5.1 and 4.5.2.
        """
        if not 0 < horizon <= self.last:
            raise InvalidSetting(
                f"Choose a horizon above zero, up to the last observation ({self.last:g}).", code="horizon"
            )
        inside = self.time < horizon
        edges = np.concatenate([[0.0], self.time[inside], [horizon]])
        areas = np.concatenate([[1.0], self.survival[inside]]) * np.diff(edges)
        after = areas[::-1].cumsum()[::-1][1:]  # area to the right of each departure
        at_risk, left = self.at_risk[inside], self.left[inside]
        stayed = at_risk - left
        # The last ones leaving together leave no area behind them: no doubt either.
        doubt = np.divide(after**2 * left, at_risk * stayed, out=np.zeros(left.shape), where=stayed > 0)
        half = normal_quantile(self.level) * float(np.sqrt(doubt.sum()))
        mean = float(areas.sum())
        return Estimate(mean, max(mean - half, 0.0), min(mean + half, horizon))


@dataclass(frozen=True, eq=False)
class HazardCurve:
    """Hazard gathered up to each time at which somebody left (expected number of departures of one always replaced).

    standard_error: Aalen's. low, high: from the logarithm, so that they stay above zero.
    """

    time: FloatArray
    at_risk: FloatArray
    left: FloatArray
    hazard: FloatArray
    standard_error: FloatArray
    low: FloatArray
    high: FloatArray
    last: float
    level: float

    def at(self, time: npt.ArrayLike) -> FloatArray:
        """Gathered hazard at any times: 0 before the first departure, NaN beyond the last observation."""
        when = np.asarray(time, dtype=np.float64)
        steps = np.concatenate([[0.0], self.hazard])[np.searchsorted(self.time, when, side="right")]
        return np.asarray(np.where(when > self.last, np.nan, steps), dtype=np.float64)


def kaplan_meier(
    duration: npt.ArrayLike,
    left: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> SurvivalCurve:
    """The share of customers still there after any time, as the data say it, without a model.

    Assumptions: those last seen at some time are like those who stayed on (censoring tells nothing); customers who came
    under observation late are like the others of their age. Who leaves at the moment another is last seen leaves first.

    duration: time as a customer until she left or was last seen, in any unit, shape (n,). left: whether she left then.
    entry: time already spent as a customer when the observation began (left truncation). weights: how many customers
    each row stands for. level: of the intervals. With late entries, the first risk sets may be small: where everybody
    at risk leaves early, the curve falls to zero and stays there; start it later then.

    Raises `InvalidHistory`, `InvalidSetting` (weights, level) or `NotEnoughData` (empty).
    References: Kaplan & Meier (1958), Journal of the American Statistical Association 53; Greenwood (1926); log-log
    intervals: Kalbfleisch & Prentice (1980), section 1.3.

    >>> curve = kaplan_meier([6, 6, 6, 6, 7, 9, 10, 10], [1, 1, 1, 0, 1, 0, 1, 0])
    >>> curve.time.tolist(), curve.survival.round(3).tolist()
    ([6.0, 7.0, 10.0], [0.625, 0.469, 0.234])
    """
    seen, events = _seen(duration, left, entry, weights, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.exp(np.cumsum(np.log1p(-events.left / events.at_risk)))
        spread = np.cumsum(events.left / (events.at_risk * (events.at_risk - events.left)))
        width = normal_quantile(level) * np.sqrt(spread) / np.abs(np.log(survival))
        low, high = survival ** np.exp(width), survival ** np.exp(-width)
        error = survival * np.sqrt(spread)
    gone = survival <= 0
    return SurvivalCurve(
        events.time,
        events.at_risk,
        events.left,
        *_zero_where(gone, survival, error, low, high),
        last=float(seen.duration.max()),
        level=level,
    )


def nelson_aalen(
    duration: npt.ArrayLike,
    left: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> HazardCurve:
    """The gathered hazard of leaving, as the data say it; arguments, assumptions and errors as in `kaplan_meier`.

    Its slope is the rate of leaving at that age: straight for a steady rate, flattening when the faithful remain.
    Several departures at one time count as a jump of (left / at risk).

    References: Nelson (1972), Technometrics 14; Aalen (1978), Annals of Statistics 6.

    >>> curve = nelson_aalen([6, 6, 6, 6, 7, 9, 10, 10], [1, 1, 1, 0, 1, 0, 1, 0])
    >>> curve.hazard.round(3).tolist()
    [0.375, 0.625, 1.125]
    """
    seen, events = _seen(duration, left, entry, weights, level)
    hazard = np.cumsum(events.left / events.at_risk)
    error = np.sqrt(np.cumsum(events.left / events.at_risk**2))
    width = np.exp(normal_quantile(level) * error / hazard)
    last = float(seen.duration.max())
    return HazardCurve(
        events.time, events.at_risk, events.left, hazard, error, hazard / width, hazard * width, last, level
    )


def times_of_departure(seen: Durations) -> FloatArray:
    """The distinct times at which anybody left, in order."""
    return np.unique(seen.duration[seen.left & (seen.weights > 0)])


def events_at(seen: Durations, time: FloatArray) -> Events:
    """Risk sets at given times, which include those of every departure; who enters at a time is not yet at risk."""
    gone = np.bincount(
        np.searchsorted(time, seen.duration[seen.left]), seen.weights[seen.left], minlength=time.size
    ).astype(np.float64)[: time.size]
    at_risk = _weight_from(seen.duration, seen.weights, time) - _weight_from(seen.entry, seen.weights, time)
    # Where all at risk leave, sums of fractional weights must not pretend that somebody stayed.
    at_risk = np.where(at_risk - gone > 1e-12 * seen.weights.sum(), at_risk, gone)
    return Events(time, at_risk, gone)


def _seen(
    duration: npt.ArrayLike,
    left: npt.ArrayLike,
    entry: npt.ArrayLike | None,
    weights: npt.ArrayLike | None,
    level: float,
) -> tuple[Durations, Events]:
    seen = checked_durations(duration, left, entry, weights)
    require_level(level)
    if not seen.weights.sum() > 0:
        raise NotEnoughData("There is no customer to follow. Load contracts first.", code="empty")
    return seen, events_at(seen, times_of_departure(seen))


def _weight_from(value: FloatArray, weight: FloatArray, time: FloatArray) -> FloatArray:
    """Weight of all whose value is the given time or later."""
    order = np.argsort(value, kind="stable")
    gathered = np.concatenate([weight[order][::-1].cumsum()[::-1], [0.0]])
    return np.asarray(gathered[np.searchsorted(value[order], time, side="left")], dtype=np.float64)


def _zero_where(gone: BoolArray, *parts: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    survival, error, low, high = (np.where(gone, 0.0, part) for part in parts)
    return survival, error, low, high


def _crossing(time: FloatArray, curve: FloatArray, height: float) -> float:
    """First time at which the curve is at or below the height."""
    below = np.flatnonzero(curve <= height * (1 + 1e-12))
    return float(time[below[0]]) if below.size else float("inf")
