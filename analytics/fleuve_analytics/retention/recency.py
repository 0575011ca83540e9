"""Chances of moving between states, counted from purchases or from two dates, with what is uncertain about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidHistory, InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.retention.durations import Durations, risk_table
from fleuve_analytics.retention.migration import recency_migration
from fleuve_analytics.shares import normal_quantile, share_interval
from fleuve_analytics.weights import checked_weights

__all__ = ["RecencyRates", "StateValues", "TransitionRates", "recency_rates", "recency_value", "transition_rates"]


@dataclass(frozen=True, eq=False)
class RecencyRates:
    """For each recency 1 … K: customers who came to it, who bought then, the share with its interval.

    returned_later: purchases after more than K periods of silence, which the recency model holds impossible: raise K
    when they are many.
    """

    recency: FloatArray
    at_risk: FloatArray
    bought: FloatArray
    rate: FloatArray
    low: FloatArray
    high: FloatArray
    returned_later: float
    level: float


@dataclass(frozen=True, eq=False)
class StateValues:
    """Value of each state (recency 1 … K, former customer) with its interval."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    standard_error: FloatArray
    level: float


@dataclass(frozen=True, eq=False)
class TransitionRates:
    """Moves between states (rows from, columns to): how many, which share of those in the state, its interval.

    Rows of states in which nobody was hold NaN, and the interval [0, 1].
    """

    count: FloatArray
    rate: FloatArray
    low: FloatArray
    high: FloatArray
    level: float


def recency_rates(
    customer: npt.ArrayLike, period: npt.ArrayLike, *, until: int, states: int, level: float = 0.95
) -> RecencyRates:
    """How likely is a purchase one, two, … periods after the last one?

    Assumptions: those of `recency_migration`; several purchases of a customer in one period count once; the last
    silence of each customer is seen up to `until`, no further.

    customer, period: one row per purchase, any identifier and a whole number of the period, shape (n,); until: the last
    period observed to its end; states: K, the longest recency kept apart; level: of the intervals.

    Raises `InvalidHistory` (not_whole, after_end, lengths_differ) or `NotEnoughData` (empty).

    >>> rates = recency_rates(list("AAABBC"), [1, 2, 4, 1, 2, 3], until=4, states=2)
    >>> rates.at_risk.tolist(), rates.bought.tolist()
    ([5.0, 2.0], [2.0, 1.0])
    """
    gap, came = _gaps(customer, period, until)
    if states < 1:
        raise InvalidSetting("Keep at least one recency apart.", code="states")
    seen = Durations(np.minimum(gap, states), came & (gap <= states), np.full(gap.size, -np.inf), np.ones(gap.size))
    table = risk_table(seen)
    if not table.at_risk.any():
        raise NotEnoughData("No purchase is followed by a whole period yet. Wait, or shorten the period.", code="empty")
    at_risk, bought = np.zeros(states), np.zeros(states)
    at_risk[: table.age.size], bought[: table.age.size] = table.at_risk, table.lost
    rate = np.divide(bought, at_risk, out=np.full(states, np.nan), where=at_risk > 0)
    low, high = share_interval(bought, at_risk, level)
    later = float((came & (gap > states)).sum())
    return RecencyRates(np.arange(1.0, states + 1), at_risk, bought, rate, low, high, later, level)


def recency_value(
    rates: RecencyRates, contribution: float, remarketing: float, discount_rate: float, *, level: float = 0.95
) -> StateValues:
    """What a customer of each recency is worth, with the doubt that counted chances leave (delta method).

    contribution, remarketing: as in `recency_migration`; discount_rate: interest per period, above zero. The variance
    of each chance is that of its Beta posterior after Jeffreys' prior: no chance is certain because it was seen as 0.

    >>> rates = recency_rates(list("AAABBC"), [1, 2, 4, 1, 2, 3], until=4, states=2)
    >>> recency_value(rates, 40, 4, 0.20).value.round(2).tolist()
    [74.18, 26.91, 0.0]
    """
    if np.isnan(rates.rate).any():
        raise NotEnoughData(
            "Nobody was silent for so long. Keep fewer recencies apart, or use a longer history.", code="few_states"
        )
    model = recency_migration(rates.rate, contribution, remarketing)
    value, keep = model.value(discount_rate), 1 / (1 + discount_rate)
    spread = np.linalg.inv(np.eye(value.size) - keep * np.array(model.transition))
    slopes = spread[:, :-1] * (keep * (value[0] - value[1:]))
    hits, misses = rates.bought + 0.5, rates.at_risk - rates.bought + 0.5
    variance = hits * misses / ((hits + misses) ** 2 * (hits + misses + 1))
    error = np.sqrt(slopes**2 @ variance)
    half = normal_quantile(level) * error
    return StateValues(value, value - half, value + half, error, level)


def transition_rates(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    *,
    states: int,
    weights: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> TransitionRates:
    """Which share of the customers in each state moves to each state, between two dates one period apart?

    before, after: the number of each customer's state (0 … states − 1) at both dates, shape (n,); weights: how many
    customers each row stands for.

    >>> transition_rates([0, 0, 0, 1], [0, 0, 1, 1], states=2).rate.round(3).tolist()
    [[0.667, 0.333], [0.0, 1.0]]
    """
    start, end = np.atleast_1d(np.asarray(before)), np.atleast_1d(np.asarray(after))
    if start.shape != end.shape:
        raise InvalidHistory("Give a state before and a state after for each customer.", code="lengths_differ")
    for part in (start, end):
        if not ((part >= 0) & (part < states) & (part == np.floor(part))).all():
            raise InvalidHistory(f"States are whole numbers from 0 to {states - 1}.", code="state")
    weight = checked_weights(weights, start.size)
    pair = start.astype(np.int64) * states + end.astype(np.int64)
    count = np.bincount(pair, weight, minlength=states * states).reshape(states, states).astype(np.float64)
    of = np.broadcast_to(count.sum(axis=1, keepdims=True), count.shape)
    rate = np.divide(count, of, out=np.full(count.shape, np.nan), where=of > 0)
    return TransitionRates(count, rate, *share_interval(count, of, level), level)


def _gaps(customer: npt.ArrayLike, period: npt.ArrayLike, until: int) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Periods from each purchase to the next of the same customer (true), or to the end of the observation (false)."""
    names, number = np.unique(np.asarray(customer), return_inverse=True)
    when = np.atleast_1d(np.asarray(period, dtype=np.float64))
    if when.size != number.size:
        raise InvalidHistory(f"There are {number.size} customers for {when.size} periods.", code="lengths_differ")
    if not names.size:
        raise NotEnoughData("There is no purchase to learn from. Load purchases first.", code="empty")
    if not (np.isfinite(when) & (when % 1 == 0)).all():
        raise InvalidHistory("A period is a whole number: count months, quarters or years.", code="not_whole")
    if (when > until).any():
        raise InvalidHistory("Purchases lie after the end of the observation. Raise `until`.", code="after_end")
    # One sort of one whole number per purchase: customer × length of the observation + period.
    first = int(when.min())
    span = until - first + 1
    key = np.sort(number.ravel().astype(np.int64) * span + when.astype(np.int64) - first)
    buyer, place = np.divmod(key[np.append(True, np.diff(key) > 0)], span)
    same = np.append(np.diff(buyer) == 0, False)
    following = np.append(place[1:], span - 1)
    return np.where(same, following, span - 1) - place.astype(np.float64), same
