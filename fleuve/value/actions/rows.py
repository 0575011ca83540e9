"""From arrays to rows of tables: column by column, because a million Python objects would cost more than the models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from fleuve.kernel.ids import new_ids
from fleuve.value.estimation.days import day_of
from fleuve.value.estimation.month_ends import MonthClosed
from fleuve.value.estimation.portfolio import Portfolio
from fleuve.value.models import BridgeMonth, Valuation

__all__ = ["MONTH_END_COLUMNS", "PARTY_VALUE_COLUMNS", "bridge_row", "month_end_rows", "party_value_rows"]

PARTY_VALUE_COLUMNS = (
    *("id", "valuation_id", "party_id", "stage", "band", "is_personal", "was_already_there", "is_slipping"),
    *("purchase_days", "first_on", "last_on", "gaps", "usual_gap_days", "silent_days", "share_back", "chance_back"),
    *("money_12", "money_12_before", "revenue_12", "revenue_12_before", "revenue_total"),
    *("probability_active", "probability_alive", "expected_purchases", "value", "value_low", "value_high"),
    *("at_stake", "stopped"),
)
MONTH_END_COLUMNS = ("id", "valuation_id", "party_id", "month", "band", "stage", "value", "value_low", "value_high")


def party_value_rows(
    portfolio: Portfolio, valuation: Valuation, stopped: dict[int, list[list[int | str]]]
) -> list[tuple[Any, ...]]:
    """One row per customer, in the order of ``PARTY_VALUE_COLUMNS``."""
    facts, people = portfolio.facts, portfolio.facts.customers
    size = len(people)
    zeros = np.zeros(size)
    usual = facts.rhythm.usual if facts.rhythm else zeros
    share_back = facts.rhythm.share_back if facts.rhythm else zeros
    personal = portfolio.outlook.predicted.is_personal if portfolio.outlook else zeros.astype(bool)
    columns = [
        new_ids(size),
        [valuation.pk] * size,
        people.ids.tolist(),
        facts.stage.tolist(),
        facts.band.tolist(),
        personal.tolist(),
        facts.already_there.tolist(),
        facts.is_slipping.tolist(),
        people.purchases.tolist(),
        _days(people.first),
        _days(people.last),
        people.gaps.tolist(),
        usual.round(3).tolist(),
        people.silent.tolist(),
        share_back.round(6).tolist(),
        facts.chance_back.round(6).tolist(),
        *(part.tolist() for part in (people.money_12, people.money_12_before)),
        *(part.tolist() for part in (people.revenue_12, people.revenue_12_before, people.revenue)),
        *_estimates(portfolio),
        facts.at_stake.tolist(),
        [json.dumps(stopped.get(party, [])) for party in people.ids.tolist()],
    ]
    return list(zip(*columns, strict=True))


def _estimates(portfolio: Portfolio) -> list[Sequence[Any]]:
    """Chances and money; nothing personal for those who have no estimate of their own but their group's value."""
    outlook, size = portfolio.outlook, len(portfolio.facts.customers)
    if outlook is None:
        return [[None] * size] * 6
    predicted = outlook.predicted
    low, high = np.full(size, None, dtype=object), np.full(size, None, dtype=object)
    low[outlook.rows] = outlook.ranges.low.tolist()
    high[outlook.rows] = outlook.ranges.high.tolist()

    def own(values: np.ndarray) -> list[Any]:
        return _where(predicted.is_personal, values.round(6))

    chances = (predicted.probability_active, predicted.probability_alive, predicted.purchases)
    return [*(own(values) for values in chances), predicted.value.tolist(), low.tolist(), high.tolist()]


def _where(rows: np.ndarray, values: np.ndarray) -> list[Any]:
    """The values of some rows, nothing for the others."""
    return [value if has else None for has, value in zip(rows.tolist(), values.tolist(), strict=True)]


def _days(numbers: np.ndarray) -> list[str]:
    """ISO days; each distinct day is spelt once."""
    distinct, place = np.unique(numbers, return_inverse=True)
    spelt = np.array([day_of(number).isoformat() for number in distinct.tolist()], dtype=object)
    return list(spelt[place.ravel()]) if distinct.size else []


def month_end_rows(closed: MonthClosed, valuation: Valuation) -> list[tuple[Any, ...]]:
    """One row per customer of a month-end, in the order of ``MONTH_END_COLUMNS``."""
    size = closed.ids.size
    low, high = (_where(closed.has_range, values) for values in (closed.low, closed.high))
    columns = [
        new_ids(size),
        [valuation.pk] * size,
        closed.ids.tolist(),
        [closed.month] * size,
        closed.band.tolist(),
        closed.stage.tolist(),
        closed.value.tolist(),
        low,
        high,
    ]
    return list(zip(*columns, strict=True))


def bridge_row(closed: MonthClosed, valuation: Valuation, restated: int | None) -> BridgeMonth:
    """The bridge that ends in this month; the first of a series only has a closing."""
    closing = int(closed.value.sum())
    lines = asdict(closed.bridge) if closed.bridge else {"closing": closing, "counts": {}}
    parameters = {
        "fits": {name: fit.to_json() for name, fit in closed.parameters.fits.items()},
        "horizon_days": closed.parameters.horizon_days,
        "house_half": closed.parameters.house_half,
    }
    return BridgeMonth(
        valuation=valuation,
        month=closed.month,
        is_first=closed.bridge is None,
        **lines,
        restated=restated,
        realised=closed.realised,
        parameters=parameters,
    )
