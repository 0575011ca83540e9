"""Customers under contract: a debit every month is a renewal, not a purchase (docs/rules/contracts.md).

How long contracts last is fitted by the library's contractual models; this file brings them into the shape of a model
of buying, so that contracts are judged, ranged and bridged by the same code as everybody else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from fleuve_analytics import fitted_from_json
from fleuve_analytics.retention import BetaDiscreteWeibull, FittedContract, ShiftedBetaGeometric
from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma

from fleuve.value.estimation.customers import Customers, FloatArray
from fleuve.value.estimation.days import IntArray
from fleuve.value.rules.contracts import DUE_AFTER_DAYS, ENDED_AFTER_DAYS, LATE_AFTER_DAYS, PERIOD_DAYS, renewals_of

__all__ = ["CONTRACT", "CONTRACT_FAMILIES", "FittedDebits", "fit_debits", "renewal_chance", "same_every_month"]

CONTRACT: Final = "contract"
CONTRACT_FAMILIES: Final[Mapping[str, type[ShiftedBetaGeometric] | type[BetaDiscreteWeibull]]] = {
    "ShiftedBetaGeometric": ShiftedBetaGeometric,
    "BetaDiscreteWeibull": BetaDiscreteWeibull,
}
# Below so many contracts whose first payment was seen, those that the file found running are learned from too.
_LEAST_SEEN_FROM_THE_START: Final = 50
_SILENCES: Final = (DUE_AFTER_DAYS, LATE_AFTER_DAYS)


@dataclass(frozen=True)
class FittedDebits:
    """Renewals of contracts that are debited monthly, in the shape of a fitted model of buying (days).

    ``paid_share``: of the months between first and last payment, those that were paid; the others were paused or
    failed. ``pays_late``: of those who had not paid when a month was over, the share that paid before two were missed;
    ``resumes``: the same of those who had not paid a week later either.
    """

    renewal: FittedContract
    paid_share: float
    pays_late: float
    resumes: float

    @property
    def parameters(self) -> dict[str, float]:
        """By name."""
        return dict(self.renewal.parameters) | self._shares()

    def _shares(self) -> dict[str, float]:
        return {"paid_share": self.paid_share, "pays_late": self.pays_late, "resumes": self.resumes}

    def to_json(self) -> str:
        """Plain values in JSON; ``from_json`` reads them back."""
        return json.dumps({"renewal": json.loads(self.renewal.to_json()), **self._shares()})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> FittedDebits:
        """What ``to_json`` wrote."""
        renewal = fitted_from_json(json.dumps(stored["renewal"]))
        if not isinstance(renewal, FittedContract):
            raise TypeError(f"{type(renewal).__name__} is no model of contracts")
        return cls(renewal, stored["paid_share"], stored["pays_late"], stored["resumes"])

    def probability_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> FloatArray:
        """One while debits come; the share that still pays after a late or a missed one; nothing after two."""
        silent = np.asarray(age, dtype=np.float64) - np.asarray(recency)
        known = np.where(silent <= LATE_AFTER_DAYS, self.pays_late, self.resumes)
        known = np.where(silent <= DUE_AFTER_DAYS, 1.0, known)
        return np.where(silent <= ENDED_AFTER_DAYS, known, 0.0)

    def expected_purchases(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> FloatArray:
        """Mean number of debits that will be paid within the horizon."""
        mean = self.renewal.expected_residual(renewals_of(recency), _debits(horizon))
        return self.probability_alive(frequency, recency, age) * self.paid_share * mean

    def alive_and_expected(
        self, horizon: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """Both of the above."""
        mean = self.expected_purchases(horizon, frequency, recency, age)
        return self.probability_alive(frequency, recency, age), mean

    def probability_of_purchases(
        self,
        count: npt.ArrayLike,
        horizon: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
    ) -> FloatArray:
        """Chance of exactly so many paid debits within the horizon."""
        renewals, place = np.unique(renewals_of(recency), return_inverse=True)
        chances = self._chances(renewals, _debits(horizon))
        wanted = np.broadcast_to(np.asarray(count, dtype=np.int64), place.shape)
        inside = wanted < chances.shape[1]
        chance = np.where(inside, chances[place.ravel(), np.minimum(wanted, chances.shape[1] - 1)], 0.0)
        alive = self.probability_alive(frequency, recency, age)
        return np.asarray(alive * chance + (1 - alive) * (wanted == 0), dtype=np.float64)

    def _chances(self, renewals: IntArray, ahead: int) -> FloatArray:
        """Chance of 0, 1, 2… paid debits, per number of renewals made: how many are renewed, and paid of those."""
        from scipy.stats import binom

        steps = np.arange(ahead + 1)
        at_least = self.renewal.renewal_probability(renewals[:, np.newaxis], steps[np.newaxis, :])
        exactly = at_least - np.append(at_least[:, 1:], np.zeros((renewals.size, 1)), axis=1)
        paid = binom.pmf(steps[np.newaxis, :], steps[:, np.newaxis], self.paid_share)
        return np.asarray(exactly @ paid, dtype=np.float64)

    def sample_if_alive(
        self, horizon: float, frequency: npt.ArrayLike, age: npt.ArrayLike, draws: int, rng: np.random.Generator
    ) -> IntArray:
        """Possible numbers of paid debits of contracts that still run (customers × draws)."""
        made = self.renewal.sample_renewals(_debits(horizon), renewals_of(age), draws, rng)
        return np.asarray(rng.binomial(made, self.paid_share), dtype=np.int64)


def _debits(horizon: npt.ArrayLike) -> int:
    return max(1, round(float(np.max(horizon)) / PERIOD_DAYS))


def fit_debits(family: str, customers: Customers, rows: npt.NDArray[np.intp]) -> FittedDebits:
    """Learn how long contracts last from these customers; raises the library's ``AnalyticsError``.

    A contract of which the history does not show the first payment has an age that nobody knows; it is left out where
    enough others are there. That a debit came is known at once, and that none came only two months later: debits that
    fell due since are left out for both, or those who stayed would be counted before those who left.
    """
    starts = customers.first[rows]
    seen = rows[starts > customers.first.min() + LATE_AFTER_DAYS]
    learned = seen if seen.size >= _LEAST_SEEN_FROM_THE_START else rows
    settled = np.floor((customers.age[learned] - (ENDED_AFTER_DAYS - PERIOD_DAYS)) / PERIOD_DAYS).clip(0)
    ended = customers.has_ended[learned]
    renewals = renewals_of(customers.recency[learned])
    renewal = CONTRACT_FAMILIES[family]().fit(np.where(ended, renewals + 1, np.minimum(renewals, settled)), ended)
    months, paid = int(renewals_of(customers.recency[rows]).sum()), int(customers.frequency[rows].sum())
    paid_share = min(1.0, paid / months) if months else 1.0
    return FittedDebits(renewal, paid_share, *(_paid_after(customers, rows, day) for day in _SILENCES))


def _paid_after(customers: Customers, rows: npt.NDArray[np.intp], silent: int) -> float:
    """Of the silences of so many days and more, the share that a payment ended before two debits were missed."""
    is_here = np.zeros(len(customers), dtype=bool)
    is_here[rows] = True
    gaps = customers.gap_days[is_here[customers.gap_owner]]
    paid = int(((gaps > silent) & (gaps <= ENDED_AFTER_DAYS)).sum())
    # Gaps may be those of every so many customers; who ended is then counted among the same.
    gone = int((customers.has_ended & is_here)[:: customers.gap_step].sum())
    # One of each beside what was seen: no history is long enough to call a payment certain, or impossible.
    return (paid + 1) / (paid + gone + 2)


def same_every_month() -> FittedGammaGamma:
    """Money of a debit: what it was. The spend model in its limit of purchases that never differ for one customer."""
    return FittedGammaGamma.of(p=1e6, q=2.0, gamma=1e-3)


def renewal_chance(stored: Mapping[str, Any], recency_days: int) -> float:
    """Chance of the next renewal of a contract whose payments span so many days, from parameters that were stored."""
    if "renewal" not in stored:
        return float("nan")
    renewal = FittedDebits.from_json(stored).renewal
    return float(renewal.renewal_probability(renewals_of(recency_days)))
