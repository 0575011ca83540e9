"""Fitted models of each group of customers, and what they predict per customer over the horizon."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from fleuve_analytics import Fitted, GammaGamma, fitted_from_json
from fleuve_analytics.lifetime import (
    BetaGeometric,
    FittedBuying,
    ModifiedBetaGeometric,
    ModifiedBetaGeometricRegular,
    ParetoNBD,
)
from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma

from fleuve.value.estimation.contracts import CONTRACT_FAMILIES, FittedDebits, fit_debits, same_every_month
from fleuve.value.estimation.customers import BoolArray, Customers, FloatArray
from fleuve.value.estimation.days import IntArray, months_of

__all__ = [
    "ALL",
    "FAMILIES",
    "Expected",
    "Families",
    "Fit",
    "Fits",
    "Group",
    "Histories",
    "Predicted",
    "Rows",
    "expected_money",
    "fit_buying",
    "fit_groups",
    "fit_rows",
    "margin_rates",
    "personal_rows",
    "predict",
    "rows_of_fits",
]

# From the simplest to explain to the least: a tie goes to the first.
FAMILIES: Final[
    Mapping[
        str, type[BetaGeometric] | type[ModifiedBetaGeometric] | type[ParetoNBD] | type[ModifiedBetaGeometricRegular]
    ]
] = {
    "BetaGeometric": BetaGeometric,
    "ModifiedBetaGeometric": ModifiedBetaGeometric,
    "ParetoNBD": ParetoNBD,
    "ModifiedBetaGeometricRegular": ModifiedBetaGeometricRegular,
}
Families = Mapping[str, str]
"""The family of each group."""
Group = npt.NDArray[np.str_]
Rows = npt.NDArray[np.intp]
ALL: Final = "all"
# More customers than this move no parameter in its third digit; memory and time stay bounded at a million.
MOST_FITTED: Final = 100_000


@dataclass(frozen=True)
class Fit:
    """The parameters of one group at one date.

    ``margin_rate`` turns revenue into what the valuation counts; ``usual_revenue`` is the mean of a purchase day.
    """

    lifetime: FittedBuying | FittedDebits
    spend: FittedGammaGamma
    margin_rate: float
    usual_revenue: float

    def to_json(self) -> dict[str, Any]:
        """Plain values for a row."""
        return {
            "lifetime": json.loads(self.lifetime.to_json()),
            "spend": json.loads(self.spend.to_json()),
            "margin_rate": self.margin_rate,
            "usual_revenue": self.usual_revenue,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Fit:
        """What ``to_json`` wrote."""
        lifetime, spend = _lifetime(stored["lifetime"]), _fitted(stored["spend"])
        if not isinstance(spend, FittedGammaGamma):
            raise TypeError(f"{type(spend).__name__} is no spend model of a valuation")
        return cls(lifetime, spend, stored["margin_rate"], stored["usual_revenue"])


def _lifetime(stored: dict[str, Any]) -> FittedBuying | FittedDebits:
    if "renewal" in stored:
        return FittedDebits.from_json(stored)
    lifetime = _fitted(stored)
    if not isinstance(lifetime, FittedBuying):
        raise TypeError(f"{type(lifetime).__name__} is no lifetime model of a valuation")
    return lifetime


def _fitted(stored: dict[str, Any]) -> Fitted:
    return fitted_from_json(json.dumps(stored))


Fits = dict[str, Fit]


@dataclass(frozen=True)
class Histories:
    """Frequency, recency and age of some customers, equal ones once: a million people have some hundred thousand."""

    frequency: IntArray
    recency: IntArray
    age: IntArray
    place: Rows
    """Which of these each customer has."""

    @classmethod
    def of(cls, customers: Customers, rows: Rows) -> Histories:
        """Of some customers, in their order."""
        old, last, times = customers.age[rows], customers.recency[rows], customers.frequency[rows]
        days = int(old.max(initial=0)) + 1
        # There are at most as many purchase days as days: three numbers become one, which sorts in a tenth of the time.
        keys, place = np.unique((times * days + last) * days + old, return_inverse=True)
        rest, old = np.divmod(keys, days)
        times, last = np.divmod(rest, days)
        return cls(times, last, old, place.ravel())

    @cached_property
    def numbers(self) -> tuple[IntArray, IntArray, IntArray]:
        """In the order in which models take them."""
        return self.frequency, self.recency, self.age

    def among(self, which: Rows) -> tuple[Histories, Rows]:
        """Those of some of the customers (places in ``place``), and which of these histories they are."""
        place = self.place[which]
        kept = np.flatnonzero(np.bincount(place, minlength=self.frequency.size))
        number = np.empty(self.frequency.size, dtype=np.intp)
        number[kept] = np.arange(kept.size)
        return Histories(self.frequency[kept], self.recency[kept], self.age[kept], number[place]), kept


def personal_rows(customers: Customers, house_half: float) -> BoolArray:
    """Who gets an estimate of their own: came back at least once, and known for at least half of all gaps."""
    return np.asarray((customers.purchases >= 2) & (customers.age >= house_half), dtype=np.bool_)


def fit_groups(
    families: Families, customers: Customers, group: Group, most: int = MOST_FITTED, before: Fits | None = None
) -> Fits:
    """One fit for each group of customers; raises the library's ``AnalyticsError`` where there is too little.

    ``before``: fits of an earlier day, near which the search begins.
    """
    usual, known = next(iter(families.values())), before or {}
    return {
        name: fit_rows(families.get(name, usual), customers, rows, most, known.get(name))
        for name, rows in _rows_by(group).items()
    }


def fit_rows(family: str, customers: Customers, rows: Rows, most: int = MOST_FITTED, before: Fit | None = None) -> Fit:
    """A model of one family, fitted on some customers; on every so many of them when there are more than ``most``."""
    rows = rows[:: max(1, -(-rows.size // most))]
    lifetime: FittedBuying | FittedDebits
    if family in CONTRACT_FAMILIES:
        lifetime, spend = fit_debits(family, customers, rows), same_every_month()
    else:
        lifetime = fit_buying(family, customers, rows, before.lifetime if before else None)
        spend = GammaGamma().fit(customers.frequency[rows], customers.mean_spend[rows])
    revenue, money = int(customers.revenue[rows].sum()), int(customers.money[rows].sum())
    return Fit(lifetime, spend, money / revenue, revenue / int(customers.purchases[rows].sum()))


def fit_buying(
    family: str, customers: Customers, rows: Rows, before: FittedBuying | FittedDebits | None = None
) -> FittedBuying:
    """A model of buying, fitted on these customers; the search begins at an earlier fit of the same model."""
    same = before if type(before).__name__ == f"Fitted{family}" else None
    model: Any = FAMILIES[family](start=same)  # type: ignore[arg-type]  # of the same family, as its name says
    history = (customers.frequency[rows], customers.recency[rows], customers.age[rows])
    gaps = {"log_gaps": customers.log_gaps[rows]} if family == "ModifiedBetaGeometricRegular" else {}
    fitted: FittedBuying = model.fit(*history, **gaps)
    return fitted


def _rows_by(group: Group) -> dict[str, Rows]:
    """The rows of each group that occurs, by name."""
    names = np.unique(group[:: max(1, group.size // 1000)])
    if names.size == 1 and (group == names[0]).all():
        return {str(names[0]): np.arange(group.size)}
    return {str(name): np.flatnonzero(group == name) for name in np.unique(group)}


def rows_of_fits(fits: Fits, group: Group) -> dict[str, Rows]:
    """The customers that each fit speaks for; a group without a fit of its own goes with the first."""
    rows = _rows_by(group)
    first = next(iter(fits))
    strangers = [found for name, found in rows.items() if name not in fits]
    held = {name: rows[name] for name in fits if name in rows}
    if strangers:
        held[first] = np.sort(np.concatenate([*strangers, held.get(first, np.zeros(0, dtype=np.intp))]))
    return held


@dataclass(frozen=True)
class Predicted:
    """What may be expected of each customer over the horizon; ``value`` is in whole minor units.

    Customers without an estimate of their own carry the average of their group in ``money`` and ``value``.
    """

    is_personal: BoolArray
    probability_alive: FloatArray
    probability_active: FloatArray
    purchases: FloatArray
    money: FloatArray
    value: IntArray


def predict(fits: Fits, customers: Customers, group: Group, horizon_days: int, house_half: float) -> Predicted:
    """Predictions for every customer, from purchases and parameters alone."""
    alive, active, purchases, money = (np.zeros(len(customers)) for _ in range(4))
    for name, rows in rows_of_fits(fits, group).items():
        model, seen = fits[name].lifetime, Histories.of(customers, rows)
        chances, means = model.alive_and_expected(horizon_days, *seen.numbers)
        alive[rows], purchases[rows] = chances[seen.place], means[seen.place]
        active[rows] = (1 - model.probability_of_purchases(0, horizon_days, *seen.numbers))[seen.place]
        money[rows] = purchases[rows] * _spend(fits[name], customers, rows) * margin_rates(fits[name], customers, rows)
    personal = personal_rows(customers, house_half)
    money = _with_group_means(money, customers, group, personal)
    return Predicted(personal, alive, active, purchases, money, np.rint(money).astype(np.int64))


@dataclass(frozen=True)
class Expected:
    """The ``value`` of ``Predicted`` alone, with what ranges of the same customers start from, by fit."""

    value: IntArray
    histories: dict[str, Histories]
    alive: dict[str, FloatArray]
    """Of each of these histories, the chance of being a customer still."""

    def of(self, name: str, everybody: Rows, which: Rows) -> tuple[Histories, FloatArray]:
        """Histories and chances of some of the customers for whom a fit speaks; both given by their rows."""
        seen, kept = self.histories[name].among(np.searchsorted(everybody, which))
        return seen, self.alive[name][kept]


def expected_money(
    fits: Fits,
    customers: Customers,
    group: Group,
    horizon_days: int,
    house_half: float,
    seen: dict[str, Histories] | None = None,
) -> Expected:
    """The ``value`` of ``predict`` alone; ``seen``: histories of the same customers, from another answer."""
    money, histories, alive = np.zeros(len(customers)), dict(seen or {}), {}
    for name, rows in rows_of_fits(fits, group).items():
        if name not in histories or histories[name].place.size != rows.size:
            histories[name] = Histories.of(customers, rows)
        known = histories[name]
        alive[name], purchases = fits[name].lifetime.alive_and_expected(horizon_days, *known.numbers)
        per_purchase = _spend(fits[name], customers, rows) * margin_rates(fits[name], customers, rows)
        money[rows] = purchases[known.place] * per_purchase
    personal = personal_rows(customers, house_half)
    value = np.rint(_with_group_means(money, customers, group, personal)).astype(np.int64)
    return Expected(value, histories, alive)


def _spend(fit: Fit, customers: Customers, rows: Rows) -> FloatArray:
    """Expected revenue of a purchase day; what nobody can know of a newcomer is the mean of the group."""
    repeats = customers.frequency[rows]
    spend = np.full(rows.size, fit.usual_revenue)
    known = repeats > 0
    spend[known] = fit.spend.expected_spend(repeats[known], customers.mean_spend[rows][known])
    return spend


def margin_rates(fit: Fit, customers: Customers, rows: Rows) -> FloatArray:
    """Margin on revenue of each customer, with one usual purchase at the group's rate added to what was seen."""
    usual = fit.usual_revenue
    return np.asarray((customers.money[rows] + usual * fit.margin_rate) / (customers.revenue[rows] + usual))


def _with_group_means(money: FloatArray, customers: Customers, group: Group, personal: BoolArray) -> FloatArray:
    """Who has no estimate of their own gets the mean of those first seen in the same month, once or more."""
    held = np.flatnonzero(~personal)
    if not held.size:
        return money
    month = months_of(customers.first[held])
    month -= month.min()
    kind = np.zeros(len(customers), dtype=np.int64)
    for number, rows in enumerate(_rows_by(group).values()):
        kind[rows] = number
    # One whole number for each set of like customers.
    place = (kind[held] * (int(month.max()) + 1) + month) * 2 + (customers.purchases[held] == 1)
    sums, heads = np.bincount(place, money[held]), np.bincount(place)
    out = money.copy()
    out[held] = (sums / np.maximum(heads, 1))[place]
    return out
