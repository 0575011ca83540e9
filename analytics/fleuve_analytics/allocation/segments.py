"""A budget over segments: the next euro goes where it returns most, until it returns the same everywhere.

Letters: N people of a segment, LTV worth of one won or kept, c what money can add to the share at most, k steepness, A
money per person. The next euro in a segment returns LTV·c·k·e^(−kA). At the best split it returns the same, e^ℓ, in
every segment that is between its bounds, so A = (ln(LTV·c·k) − ℓ)/k there, and total spend falls along straight pieces
in ℓ: the ℓ that spends the budget is found by sorting, not by search, to rounding. e^ℓ ≥ 1, or the euro is better kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.equity.response import Response
from fleuve_analytics.errors import ImpossibleLimits, InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["BudgetSplit", "Curves", "Frontier", "Segment", "allocate_budget", "budget_frontier", "curves_of"]


@dataclass(frozen=True)
class Segment:
    """People who answer to money alike.

    people: how many. worth: money that one of them brings when won or kept, before the spend (a lifetime value).
    reach: what money can add to the share won or kept at most (0 to 1). steepness: how fast it does, per unit of money:
    share(A) = base_rate + reach · (1 − e^(−steepness · A)). base_rate: the share without any spend.
    least_spend, most_spend: bounds on the money per person.

    >>> round(Segment.answering(1000, 200, Response(spend=8, rate=.60, ceiling=.80)).steepness, 6)
    0.173287
    """

    people: float
    worth: float
    reach: float
    steepness: float
    base_rate: float = 0.0
    least_spend: float = 0.0
    most_spend: float = math.inf

    def __post_init__(self) -> None:
        figures = (self.people, self.worth, self.reach, self.steepness, self.base_rate, self.least_spend)
        if not (all(math.isfinite(figure) for figure in figures) and self.people > 0):
            raise InvalidSetting("A segment needs finite figures, and people in it.", code="people")
        if self.reach < 0 or self.steepness < 0 or self.base_rate < 0 or self.base_rate + self.reach > 1:
            raise InvalidSetting(
                "A response needs a base rate and a reach of zero or more, together at most 100 %, and a steepness of "
                "zero or more.",
                code="rates",
            )
        if not 0 <= self.least_spend <= self.most_spend:
            raise InvalidSetting("Spend per person needs 0 ≤ least_spend ≤ most_spend.", code="spend")

    @classmethod
    def answering(
        cls,
        people: float,
        worth: float,
        response: Response,
        *,
        least_spend: float = 0.0,
        most_spend: float = math.inf,
    ) -> Segment:
        """A segment whose response a manager's answers describe."""
        return cls(people, worth, response.reach, response.steepness, response.base_rate, least_spend, most_spend)


@dataclass(frozen=True, eq=False)
class BudgetSplit:
    """The best split, segment by segment: arrays of shape (segments,).

    spend_per_person, spend: money; rate: share won or kept; value: worth of those won or kept less the spend.
    marginal_return: what the next euro returns, gross; the same wherever no bound holds it.
    total_spend, total_value: sums. shadow_price: what one euro more of budget adds to the value, net of that euro; 0
    when the budget does not bind. free_spend, free_value: the best without a budget.
    """

    spend_per_person: FloatArray
    rate: FloatArray
    spend: FloatArray
    value: FloatArray
    marginal_return: FloatArray
    total_spend: float
    total_value: float
    shadow_price: float
    free_spend: float
    free_value: float


@dataclass(frozen=True, eq=False)
class Frontier:
    """Value against budget, arrays of shape (budgets,); spend_per_person: shape (budgets, segments)."""

    budget: FloatArray
    value: FloatArray
    shadow_price: FloatArray
    spend_per_person: FloatArray


def allocate_budget(segments: Sequence[Segment], *, budget: float | None = None) -> BudgetSplit:
    """Split a budget over segments so that the value won, less the money, is highest.

    Assumptions: each segment's response is concave (each further euro does less) and independent of the others'; worth
    is known and does not change with the spend.

    budget: most money over all segments; None for as much as pays. It is not spent beyond the point where a euro
    returns a euro, and never below the segments' least spends.

    Returns a `BudgetSplit`, exact to rounding. Raises `ImpossibleLimits` when least spends exceed the budget, and
    `InvalidSetting`.

    Reference: equal marginal returns, Gossen (1854); the water-filling solution of a separable concave problem, Boyd &
    Vandenberghe (2004), "Convex Optimization", example 5.2.

    >>> split = allocate_budget(
    ...     [Segment(1000, 200, .30, .10), Segment(2000, 100, .20, .05), Segment(500, 60, .50, .20)], budget=20_000
    ... )
    >>> split.spend_per_person.round(6).tolist(), round(split.total_value, 2), round(split.shadow_price, 6)
    ([16.0, 0.0, 8.0], 39857.76, 0.211379)
    """
    _check(segments, budget)
    curves = curves_of(segments)
    (free,), _ = curves.split(np.array([np.inf]))
    (spend,), (price,) = curves.split(np.array([np.inf if budget is None else float(budget)]))
    rate, value = curves.rate(spend), curves.value(spend)
    return BudgetSplit(
        spend_per_person=spend,
        rate=rate,
        spend=curves.people * spend,
        value=value,
        marginal_return=curves.marginal_return(spend),
        total_spend=math.fsum(curves.people * spend),
        total_value=math.fsum(value),
        shadow_price=float(price),
        free_spend=math.fsum(curves.people * free),
        free_value=math.fsum(curves.value(free)),
    )


def budget_frontier(segments: Sequence[Segment], budgets: npt.ArrayLike) -> Frontier:
    """The best value for each of many budgets, all at once; arguments as in `allocate_budget`.

    >>> frontier = budget_frontier([Segment(1000, 200, .30, .10)], [0, 10_000, 50_000])
    >>> frontier.value.round(2).tolist(), frontier.shadow_price.round(4).tolist()
    ([0.0, 27927.23, 32082.41], [5.0, 1.2073, 0.0])
    """
    asked = np.asarray(budgets, dtype=np.float64)
    _check(segments, float(asked.min(initial=np.inf)))
    curves = curves_of(segments)
    spend, price = curves.split(asked)
    return Frontier(asked, curves.value(spend).sum(axis=-1), price, spend)


@dataclass(frozen=True, eq=False)
class Curves:
    """Segments as arrays whose last axis is the segment; worth, reach and steepness may have a first axis of draws."""

    people: FloatArray
    worth: FloatArray
    reach: FloatArray
    steepness: FloatArray
    base_rate: FloatArray
    least: FloatArray
    most: FloatArray

    def rate(self, spend: FloatArray) -> FloatArray:
        """The share won or kept with this spend per person."""
        return np.asarray(self.base_rate - self.reach * np.expm1(-self.steepness * spend))

    def value(self, spend: FloatArray) -> FloatArray:
        """Worth of those won or kept less the spend, segment by segment."""
        return np.asarray(self.people * (self.worth * self.rate(spend) - spend))

    def marginal_return(self, spend: FloatArray) -> FloatArray:
        """What the next euro returns, gross."""
        return np.asarray(self.worth * self.reach * self.steepness * np.exp(-self.steepness * spend))

    def split(self, budget: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The best spend per person, shape (budgets, segments), and the net shadow price, shape (budgets,).

        `budget` has the shape of the first axis of draws, or is any vector when there are none.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            first = np.log(np.maximum(self.worth, 0) * self.reach * self.steepness)
            pace = np.where(self.steepness > 0, self.people / self.steepness, 0.0)
        shape = (len(budget), len(self.people))
        start = np.broadcast_to(np.maximum(first - self.steepness * self.least, 0.0), shape)
        with np.errstate(invalid="ignore"):
            end = np.where(self.steepness > 0, first - self.steepness * self.most, 0.0)
        end = np.broadcast_to(np.maximum(end, 0.0), shape)
        pace = np.broadcast_to(pace, shape)
        level = _level(start, end, pace, budget - self.people @ self.least)
        filled = np.clip(start - level[:, np.newaxis], 0.0, start - end)
        with np.errstate(divide="ignore", invalid="ignore"):
            spend = self.least + np.where(filled > 0, filled / self.steepness, 0.0)
        return np.asarray(spend), np.expm1(level)


def curves_of(segments: Sequence[Segment]) -> Curves:
    """The segments as arrays."""
    names = ("people", "worth", "reach", "steepness", "base_rate", "least_spend", "most_spend")
    columns = [np.array([getattr(segment, name) for segment in segments], dtype=np.float64) for name in names]
    return Curves(*columns)


def _level(start: FloatArray, end: FloatArray, pace: FloatArray, money: FloatArray) -> FloatArray:
    """The level ℓ ≥ 0 at which Σ pace · clip(start − ℓ, 0, start − end) is the money; 0 when there is more than enough.

    Going down from the highest start, the sum grows by the pace of the segments that are open: sorting starts and ends
    gives the piece, and the straight line on it the level.
    """
    edges = np.concatenate([start, end, np.zeros((len(start), 1))], axis=1)
    turns = np.concatenate([pace, -pace, np.zeros((len(start), 1))], axis=1)
    order = np.argsort(-edges, axis=1, kind="stable")
    edges, turns = np.take_along_axis(edges, order, 1), np.take_along_axis(turns, order, 1)
    slope = np.maximum(np.cumsum(turns, axis=1), 0.0)
    spent = np.concatenate(
        [np.zeros((len(start), 1)), np.cumsum(slope[:, :-1] * -np.diff(edges, axis=1), axis=1)], axis=1
    )
    piece = np.clip((spent <= money[:, np.newaxis]).sum(axis=1) - 1, 0, edges.shape[1] - 1)
    rows = np.arange(len(start))
    with np.errstate(divide="ignore", invalid="ignore"):
        down = (money - spent[rows, piece]) / slope[rows, piece]
    level = np.where(money >= spent[:, -1], 0.0, edges[rows, piece] - np.where(np.isfinite(down), down, 0.0))
    return _polished(level, start, end, pace, money)


def _polished(level: FloatArray, start: FloatArray, end: FloatArray, pace: FloatArray, money: FloatArray) -> FloatArray:
    """Take back what the running sums lost to rounding: one exact step on the straight piece found."""
    filled = np.clip(start - level[:, np.newaxis], 0.0, start - end)
    open_ = (filled > 0) & (filled < start - end)
    slope = (pace * open_).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = (money - (pace * filled).sum(axis=1)) / slope
    return np.where((level > 0) & (slope > 0) & np.isfinite(step), np.maximum(level - step, 0.0), level)


def _check(segments: Sequence[Segment], budget: float | None) -> None:
    if not len(segments):
        raise InvalidSetting("There are no segments to split a budget over.", code="segments")
    if budget is None:
        return
    if not budget >= 0:
        raise InvalidSetting(f"A budget must be zero or more, not {budget}.", code="budget")
    needed = math.fsum(segment.people * segment.least_spend for segment in segments)
    if needed > budget * (1 + 1e-12):
        raise ImpossibleLimits(
            f"The least spends alone come to {needed:,.2f}, {needed - budget:,.2f} more than the budget. Lower a least "
            "spend or raise the budget.",
            code="budget",
            limit="budget",
            shortage=needed - budget,
        )
