"""Money to come from each customer as a range, for millions of customers.

Two facts make it fast and exact. Given that somebody is still a customer, the number of purchases to come depends on
frequency and age only (and on the silence, for models that say `silence_matters`); so futures are drawn once per
distinct pair, and the chance of having left is added as chance of nothing. And the money of a future is the person's
own scale, γ + x·(mean spend), times a draw that knows nothing of it; so one set of draws serves everybody with that
pair.

"Shortest" is measured by ratio above the person's typical purchase (`predictive_interval` says why): the range then has
a low end worth reading, and suffers least from a season that lifts everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from fleuve_analytics.backtest.intervals import shortest_interval
from fleuve_analytics.lifetime.customers import BuyingOfCustomers
from fleuve_analytics.lifetime.observations import checked_histories
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.shares import require_level
from fleuve_analytics.spend.checks import checked_spend
from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma

__all__ = ["Buying", "Futures", "MoneyRanges", "futures", "money_ranges"]

DRAWS = 1_000
# Pairs drawn, and customers measured, at a time: about 50 MB with 1,000 draws, whatever the number of customers.
CHUNK = 2_000


class Buying(Protocol):
    """What a fitted lifetime model must answer to give ranges."""

    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray: ...

    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray: ...

    def sample_if_alive(
        self, horizon: float, frequency: npt.ArrayLike, age: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> IntArray: ...


@dataclass(frozen=True, eq=False)
class MoneyRanges:
    """Per customer, shape (n,): the ends of the range of money to come, and the chance that nothing comes."""

    low: FloatArray
    high: FloatArray
    chance_of_none: FloatArray


@dataclass(frozen=True, eq=False)
class Futures:
    """Possible futures of some customers: for each the row `pair` of `draws`, sorted, with chance `alive`.

    draws hold ln(1 + money/step), where `step` is what the person typically spends on a purchase.
    """

    customers: IntArray
    draws: FloatArray
    pair: IntArray
    alive: FloatArray
    step: FloatArray

    def chance_of_none(self) -> FloatArray:
        """Chance that nothing comes, per customer."""
        some = np.asarray((self.draws > 0).mean(axis=1), dtype=np.float64)
        return 1 - self.alive * some[self.pair]

    def interval(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Shortest ranges, by ratio above one purchase, a bounded number of customers at a time; ends in money."""
        low, high = np.empty(len(self.pair)), np.empty(len(self.pair))
        for start in range(0, len(self.pair), CHUNK):
            rows = slice(start, start + CHUNK)
            low[rows], high[rows] = shortest_interval(self.draws[self.pair[rows]], self.alive[rows], level)
        return self.step * np.expm1(low), self.step * np.expm1(high)


def money_ranges(
    buying: Buying,
    spend: FittedGammaGamma,
    horizon: float,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    mean_spend: npt.ArrayLike,
    *,
    level: float,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> MoneyRanges:
    """The shortest range (by ratio) that holds `level` of each customer's possible money over the horizon.

    Assumptions: those of the two models, whose parameters are taken as known. They never are, and seasons are unknown
    to both: pass the level of `calibrate_level`, so that the range covers what it says.

    buying, spend: fitted models; horizon: length in the unit of the fit; frequency, recency, age, mean_spend: shape
    (n,). level: nominal share held. rng: the same seed gives the same ranges. draws: futures per pair.
    """
    require_level(level)
    size = np.atleast_1d(np.asarray(frequency)).size
    low, high, none = np.empty(size), np.empty(size), np.empty(size)
    for some in futures(buying, spend, horizon, frequency, recency, age, mean_spend, rng, draws):
        low[some.customers], high[some.customers] = some.interval(level)
        none[some.customers] = some.chance_of_none()
    return MoneyRanges(low, high, none)


def futures(
    buying: Buying,
    spend: FittedGammaGamma,
    horizon: float,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    mean_spend: npt.ArrayLike,
    rng: np.random.Generator,
    draws: int,
) -> Iterator[Futures]:
    """Possible futures of everybody, a bounded number of (frequency, age) pairs at a time, in a fixed order."""
    x, recent, old = (np.atleast_1d(part).ravel() for part in checked_histories(frequency, recency, age))
    money = np.atleast_1d(checked_spend(x, mean_spend)[1])
    alive, scale = buying.probability_alive(x, recent, old), spend.gamma + x * money
    silence = (recent,) if getattr(buying, "silence_matters", False) else ()
    # Customers with letters of their own share futures with those who have the same.
    own = buying.own_letters if isinstance(buying, BuyingOfCustomers) else ()
    pairs, one, pair = np.unique(
        np.column_stack([x, old, *silence, *own]), axis=0, return_index=True, return_inverse=True
    )
    pair = pair.ravel()
    order = np.argsort(pair, kind="stable")
    for first in range(0, len(pairs), CHUNK):
        these = order[slice(*np.searchsorted(pair[order], [first, first + CHUNK]))]
        times, ages, *last = pairs[first : first + CHUNK, : 2 + len(silence)].T
        those: Any = buying.taken(one[first : first + CHUNK]) if isinstance(buying, BuyingOfCustomers) else buying
        # Of a regular buyer, the last purchase matters too.
        made = those.sample_if_alive(horizon, times, ages, draws, rng, *last)
        typical = spend.p / (spend.p * times + spend.q)  # the most likely purchase, finite for every q
        steps = np.log1p(_unit_spend(made, times, spend, rng) / typical[:, np.newaxis])
        steps.sort(axis=1)
        place = pair[these] - first
        yield Futures(these, steps, place, alive[these], scale[these] * typical[place])


def _unit_spend(made: IntArray, times: FloatArray, spend: FittedGammaGamma, rng: np.random.Generator) -> FloatArray:
    """Money of each future for a person of scale one: Gamma(p·k) over her Gamma(q + p·x)."""
    total = np.zeros(made.shape)
    buys = made > 0
    shape = np.broadcast_to((spend.q + spend.p * times)[:, np.newaxis], made.shape)[buys]
    total[buys] = rng.standard_gamma(spend.p * made[buys]) / np.maximum(rng.standard_gamma(shape), 1e-300)
    return total
