"""Several models asked together: their chances are averaged."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.fitted import Covariance, Fitted, fitted_from_json
from fleuve_analytics.lifetime.beta_geometric import BetaGeometric
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories
from fleuve_analytics.lifetime.pareto_nbd import ParetoNBD
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["BuyingPool", "FittedBuyingPool"]


@dataclass(frozen=True, kw_only=True)
class FittedBuyingPool(FittedBuying):
    """Fitted models whose chances count with fixed weights; `parameters` are the members', named Member.parameter.

    `log_likelihood` is the weighted mean of the members': the pool's own is never lower. `covariance` takes the members
    for independent of each other, which they are not: intervals of figures that follow from several members are rough.
    """

    model = "BuyingPool"
    # A silence speaks for one member more than for another, so futures depend on it even while alive.
    silence_matters: ClassVar[bool] = True

    members: tuple[FittedBuying, ...]
    shares: tuple[float, ...]

    @property
    def parameters(self) -> dict[str, float]:
        """Each parameter of each member by name."""
        return {f"{m.model}.{name}": value for m in self.members for name, value in m.parameters.items()}

    def moved_to(self, values: Iterable[float]) -> Self:
        """The same pool at other values of the parameters, in their order."""
        given = list(values)
        ends = np.cumsum([0, *(len(member.parameters) for member in self.members)]).tolist()
        moved = [member.moved_to(given[a:b]) for member, (a, b) in zip(self.members, pairwise(ends), strict=True)]
        return type(self)._of(moved, self.shares, self.customers)

    def may_be_negative(self, parameter: str) -> bool:
        """Whether zero and less are values of this parameter."""
        member, name = parameter.split(".", 1)
        return next(one for one in self.members if one.model == member).may_be_negative(name)

    def to_json(self) -> str:
        """Standard JSON."""
        members = [json.loads(member.to_json()) for member in self.members]
        return json.dumps({"model": self.model, "members": members, "shares": self.shares, "customers": self.customers})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The record that `to_json` wrote, equal to the original."""
        stored = json.loads(text)
        if stored.get("model") != cls.model:
            raise InvalidSetting(f"This text does not hold a fitted {cls.model}. Use fitted_from_json.", code="model")
        members = [fitted_from_json(json.dumps(member)) for member in stored["members"]]
        return cls._of(members, stored["shares"], stored["customers"])

    @classmethod
    def _of(cls, members: Sequence[Any], shares: Iterable[float], customers: float) -> Self:
        weights = tuple(float(share) for share in shares)
        return cls(
            members=tuple(members),
            shares=weights,
            covariance=_side_by_side([member.covariance for member in members]),
            log_likelihood=math.fsum(s * member.log_likelihood for s, member in zip(weights, members, strict=True)),
            customers=customers,
            converged=all(member.converged for member in members),
        )

    def _mean(self, ask: Callable[[FittedBuying], FloatArray]) -> FloatArray:
        return np.asarray(sum(s * ask(member) for s, member in zip(self.shares, self.members, strict=True)))

    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """Chance that each person is still a customer at the end of the observation (0 to 1)."""
        return self._mean(lambda member: member.probability_alive(frequency, recency, age))

    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Mean number of purchases of each person in the `horizon` (unit of the fit) after the observation."""
        return self._mean(lambda member: member.expected_purchases(horizon, frequency, recency, age))

    def expected_purchases_new(self, horizon: npt.ArrayLike) -> FloatArray:
        """Mean number of repeat purchases of a person unknown so far, in the `horizon` after the first purchase."""
        return self._mean(lambda member: member.expected_purchases_new(horizon))

    def probability_of_purchases(
        self,
        count: npt.ArrayLike,
        horizon: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
    ) -> FloatArray:
        """Chance of exactly `count` purchases in the `horizon` after the observation."""
        return self._mean(lambda member: member.probability_of_purchases(count, horizon, frequency, recency, age))

    def probability_of_purchases_new(self, count: npt.ArrayLike, horizon: npt.ArrayLike) -> FloatArray:
        """Chance of exactly `count` repeat purchases in the `horizon` after a first purchase."""
        return self._mean(lambda member: member.probability_of_purchases_new(count, horizon))

    def expected_discounted_purchases(
        self,
        discount_rate: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        horizon: npt.ArrayLike | None = None,
    ) -> FloatArray:
        """Mean number of purchases to come, each counted less the later it comes; as each member has it."""
        history = (frequency, recency, age)
        return self._mean(lambda member: member.expected_discounted_purchases(discount_rate, *history, horizon))

    def sample_if_alive(
        self,
        horizon: float,
        frequency: npt.ArrayLike,
        age: npt.ArrayLike,
        draws: int,
        rng: np.random.Generator,
        recency: npt.ArrayLike | None = None,
    ) -> IntArray:
        """Possible futures of people known to be customers still, each told by one member.

        Who is alive is believed by the members in the proportion of their share times their own chance, which takes the
        last purchase to know: without `recency`, `InvalidSetting`.
        """
        if recency is None:
            raise InvalidSetting("Which member is believed depends on the silence: give recency.", code="recency")
        x, last, old = (np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in (frequency, recency, age))
        belief = np.stack(
            [s * m.probability_alive(x, last, old) for s, m in zip(self.shares, self.members, strict=True)]
        )
        return self._told(belief, horizon, (x, last, old), draws, rng)

    def sample_future_purchases(
        self,
        horizon: float,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        draws: int,
        rng: np.random.Generator,
    ) -> IntArray:
        """Possible futures: `draws` numbers of purchases per customer (customers × draws), each told by one member."""
        teller = rng.choice(len(self.members), (np.atleast_1d(frequency).size, draws), p=self.shares)
        made = [m.sample_future_purchases(horizon, frequency, recency, age, draws, rng) for m in self.members]
        return np.asarray(np.choose(teller, made), dtype=np.int64)

    def _told(
        self, belief: FloatArray, horizon: float, history: tuple[FloatArray, ...], draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Futures of living customers, each from a member drawn in proportion to its belief."""
        total = belief.sum(axis=0)
        # Where nobody believes it, the shares decide: such a future carries no weight anyway.
        believed = np.where(total > 0, belief / np.where(total > 0, total, 1.0), np.array(self.shares)[:, np.newaxis])
        place = rng.random((total.size, draws))[np.newaxis] > np.cumsum(believed, axis=0)[:-1, :, np.newaxis]
        x, last, old = history
        made = [
            member.sample_if_alive(horizon, x, old, draws, rng, *((last,) if _looks_back(member) else ()))
            for member in self.members
        ]
        return np.asarray(np.choose(place.sum(axis=0), made), dtype=np.int64)

    def simulate(self, age: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Made-up histories, one of a fresh person for each age; each person lives by one member."""
        old = np.atleast_1d(np.asarray(age, dtype=np.float64))
        teller = rng.choice(len(self.members), old.size, p=self.shares)
        frequency, recency = np.zeros(old.size, dtype=np.int64), np.zeros(old.size)
        for place, member in enumerate(self.members):
            own = teller == place
            made = member.simulate(old[own], rng)
            frequency[own], recency[own] = made.frequency, made.recency
        return SimulatedHistories(frequency, recency, old)


def _looks_back(member: Fitted) -> bool:
    return bool(getattr(member, "silence_matters", False))


def _side_by_side(blocks: Sequence[Covariance]) -> Covariance:
    size = sum(len(block) for block in blocks)
    rows, first = [], 0
    for block in blocks:
        rows += [(0.0,) * first + tuple(row) + (0.0,) * (size - first - len(block)) for row in block]
        first += len(block)
    return tuple(rows)


@dataclass(frozen=True)
class BuyingPool:
    """Who buys how often, as several models see it together (a linear pool of forecasts).

    BG/NBD takes somebody who bought once for a customer for certain; Pareto/NBD lets her leave at any moment and soon
    gives her up. On CDNOW the truth lies between: their mean gives what came a higher chance than either
    (docs/models/choice.md). Each member is fitted alone; the shares are set beforehand, so that nothing can overfit.

    models: at least two, of different kinds, each fitted to frequency, recency and age. shares: how much each counts,
    equally without; above zero, made to sum to one.

    Reference: Stone (1961), "The Opinion Pool", Annals of Mathematical Statistics 32(4); Genest & Zidek (1986),
    "Combining Probability Distributions", Statistical Science 1(1).

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> table = cdnow_sample()
    >>> fitted = BuyingPool().fit(table.frequency, table.recency, table.age)
    >>> round(float(fitted.expected_purchases(39, 2, 30.43, 38.86)), 3)
    1.341
    """

    models: tuple[Any, ...] = (BetaGeometric(), ParetoNBD())
    shares: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        kinds = {type(model) for model in self.models}
        if len(self.models) < 2 or len(kinds) < len(self.models):
            raise InvalidSetting("A pool needs at least two models of different kinds.", code="models")
        shares = self.shares or (1.0,) * len(self.models)
        if len(shares) != len(self.models) or not all(math.isfinite(s) and s > 0 for s in shares):
            raise InvalidSetting("Give one share above zero for each model.", code="shares")

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> FittedBuyingPool:
        """Fit every member; arguments and errors are those of `BetaGeometric.fit`."""
        members = [model.fit(frequency, recency, age, weights=weights) for model in self.models]
        shares = np.array(self.shares or (1.0,) * len(members))
        return FittedBuyingPool._of(members, (shares / shares.sum()).tolist(), members[0].customers)
