"""Fitted models of each group of customers, and what they predict per customer over the horizon."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from fleuve_analytics import BetaGeometric, Fitted, GammaGamma, ModifiedBetaGeometric, fitted_from_json
from fleuve_analytics.lifetime import FittedBetaGeometric, FittedModifiedBetaGeometric
from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma

from fleuve.value.estimation.customers import BoolArray, Customers, FloatArray
from fleuve.value.estimation.days import IntArray

__all__ = [
    "ALL",
    "FAMILIES",
    "Fit",
    "Fits",
    "Group",
    "Predicted",
    "Rows",
    "fit_groups",
    "margin_rates",
    "personal_rows",
    "predict",
]

FAMILIES: Final[dict[str, type[BetaGeometric] | type[ModifiedBetaGeometric]]] = {
    "BetaGeometric": BetaGeometric,
    "ModifiedBetaGeometric": ModifiedBetaGeometric,
}
Lifetime = FittedBetaGeometric | FittedModifiedBetaGeometric
Group = npt.NDArray[np.str_]
Rows = npt.NDArray[np.intp]
ALL: Final = "all"
# More customers than this move no parameter in its third digit; memory and time stay bounded at a million.
MOST_FITTED: Final = 100_000
_CHUNK: Final = 50_000


@dataclass(frozen=True)
class Fit:
    """The parameters of one group at one date.

    ``margin_rate`` turns revenue into what the valuation counts; ``usual_revenue`` is the mean of a purchase day.
    """

    lifetime: Lifetime
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
        lifetime, spend = _fitted(stored["lifetime"]), _fitted(stored["spend"])
        if not isinstance(lifetime, FittedBetaGeometric | FittedModifiedBetaGeometric):
            raise TypeError(f"{type(lifetime).__name__} is no lifetime model of a valuation")
        if not isinstance(spend, FittedGammaGamma):
            raise TypeError(f"{type(spend).__name__} is no spend model of a valuation")
        return cls(lifetime, spend, stored["margin_rate"], stored["usual_revenue"])


def _fitted(stored: dict[str, Any]) -> Fitted:
    return fitted_from_json(json.dumps(stored))


Fits = dict[str, Fit]


def personal_rows(customers: Customers, house_half: float) -> BoolArray:
    """Who gets an estimate of their own: came back at least once, and known for at least half of all gaps."""
    return np.asarray((customers.purchases >= 2) & (customers.age >= house_half), dtype=np.bool_)


def fit_groups(family: str, customers: Customers, group: Group) -> Fits:
    """One fit for each group of customers; raises the library's ``AnalyticsError`` where there is too little."""
    return {str(name): _fit(family, customers, np.flatnonzero(group == name)) for name in np.unique(group)}


def _fit(family: str, customers: Customers, rows: Rows) -> Fit:
    rows = rows[:: max(1, -(-rows.size // MOST_FITTED))]
    frequency = customers.frequency[rows]
    lifetime = FAMILIES[family]().fit(frequency, customers.recency[rows], customers.age[rows])
    spend = GammaGamma().fit(frequency, customers.mean_spend[rows])
    revenue, money = int(customers.revenue[rows].sum()), int(customers.money[rows].sum())
    return Fit(lifetime, spend, money / revenue, revenue / int(customers.purchases[rows].sum()))


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
    for name, fit in fits.items():
        for rows in _chunks(np.flatnonzero(group == name)):
            history = (customers.frequency[rows], customers.recency[rows], customers.age[rows])
            alive[rows] = fit.lifetime.probability_alive(*history)
            active[rows] = 1 - fit.lifetime.probability_of_purchases(0, horizon_days, *history)
            purchases[rows] = fit.lifetime.expected_purchases(horizon_days, *history)
            money[rows] = purchases[rows] * _spend(fit, customers, rows) * margin_rates(fit, customers, rows)
    personal = personal_rows(customers, house_half)
    money = np.where(personal, money, _group_means(money, customers, group, personal))
    return Predicted(personal, alive, active, purchases, money, np.rint(money).astype(np.int64))


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


def _group_means(money: FloatArray, customers: Customers, group: Group, personal: BoolArray) -> FloatArray:
    """For those without an estimate of their own: the mean of those first seen in the same month, once or more."""
    if not len(customers):
        return money
    month = customers.first.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    once = (customers.purchases == 1).astype(np.int64)
    _, kind = np.unique(group, return_inverse=True)
    # One whole number for each group: sorting pairs of columns takes ten times as long.
    _, place = np.unique((kind.ravel() * 100_000 + month) * 2 + once, return_inverse=True)
    place = place.ravel()
    held = (~personal).astype(np.float64)
    sums, heads = np.bincount(place, money * held), np.bincount(place, held)
    return np.asarray((sums / np.maximum(heads, 1))[place], dtype=np.float64)


def _chunks(rows: Rows) -> list[Rows]:
    return [rows[at : at + _CHUNK] for at in range(0, rows.size, _CHUNK)]
