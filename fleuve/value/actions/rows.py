"""From arrays to rows of tables: column by column, because a million Python objects would cost more than the models."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from fleuve.kernel.ids import new_ids
from fleuve.value.estimation.days import day_of
from fleuve.value.estimation.month_ends import MonthClosed
from fleuve.value.estimation.portfolio import Portfolio
from fleuve.value.models import BridgeMonth, MonthEnd, Valuation
from fleuve.value.rules.packed import BLOCK, MonthRows

__all__ = [
    "PARTY_VALUE_COLUMNS",
    "Column",
    "bridge_row",
    "month_end_rows",
    "party_value_columns",
    "rows_of",
]

PARTY_VALUE_COLUMNS = (
    *("id", "valuation_id", "party_id", "stage", "band", "is_personal", "was_already_there", "is_slipping"),
    "is_contract",
    *("purchase_days", "first_on", "last_on", "gaps", "usual_gap_days", "silent_days", "share_back", "chance_back"),
    *("money_12", "money_12_before", "revenue_12", "revenue_12_before", "revenue_total"),
    *("probability_active", "probability_alive", "expected_purchases", "value", "value_low", "value_high"),
    *("at_stake", "stopped"),
)


Column = Callable[[slice], list[Any]]


def rows_of(columns: Sequence[Column], start: int, size: int) -> list[tuple[Any, ...]]:
    """Some of the rows: Python objects exist for one chunk at a time."""
    part = slice(start, start + size)
    return list(zip(*(column(part) for column in columns), strict=True))


def party_value_columns(
    portfolio: Portfolio, valuation: Valuation, stopped: dict[int, list[list[int | str]]]
) -> tuple[Column, ...]:
    """How each of ``PARTY_VALUE_COLUMNS`` is made, for any part of the customers."""
    facts, people = portfolio.facts, portfolio.facts.customers
    nothing = np.zeros(len(people))
    personal = portfolio.outlook.predicted.is_personal if portfolio.outlook else nothing.astype(bool)
    return (
        _ids(len(people)),
        _same(valuation.pk, len(people)),
        *map(_plain, (people.ids, facts.stage, facts.band, personal, facts.already_there, facts.is_slipping)),
        _plain(people.is_contract),
        _plain(people.purchases),
        _days(people.first),
        _days(people.last),
        _plain(people.gaps),
        _rounded(facts.rhythm.usual if facts.rhythm else nothing),
        _plain(people.silent),
        _rounded(facts.rhythm.share_back if facts.rhythm else nothing),
        _rounded(facts.chance_back),
        *map(_plain, (people.money_12, people.money_12_before)),
        *map(_plain, (people.revenue_12, people.revenue_12_before, people.revenue)),
        *_estimates(portfolio),
        _plain(facts.at_stake),
        lambda part: [json.dumps(stopped[party]) if party in stopped else "[]" for party in people.ids[part].tolist()],
    )


def _estimates(portfolio: Portfolio) -> tuple[Column, ...]:
    """Chances and money; nothing personal for those who have no estimate of their own but their group's value."""
    outlook, size = portfolio.outlook, len(portfolio.facts.customers)
    if outlook is None:
        return (_same(None, size),) * 6
    predicted = outlook.predicted
    chances = (predicted.probability_active, predicted.probability_alive, predicted.purchases)
    low, high = (np.zeros(size, dtype=np.int64) for _ in range(2))
    low[outlook.rows], high[outlook.rows] = outlook.ranges.low, outlook.ranges.high
    own = (_only(predicted.is_personal, values.round(6)) for values in chances)
    return (*own, _plain(predicted.value), *(_only(predicted.is_personal, end) for end in (low, high)))


def month_end_rows(closed: MonthClosed, valuation: Valuation) -> list[MonthEnd]:
    """A month-end as the blocks that are stored."""
    packed = MonthRows(
        closed.ids, closed.value, closed.low, closed.high, closed.has_range, closed.band, closed.stage_code
    )
    return [
        MonthEnd(
            valuation=valuation,
            month=closed.month,
            first_party=first,
            last_party=last,
            customers=min(BLOCK, len(packed) - number * BLOCK),
            rows=content,
        )
        for number, (first, last, content) in enumerate(packed.blocks())
    ]


def _plain(values: np.ndarray) -> Column:
    return lambda part: list(values[part].tolist())


def _rounded(values: np.ndarray) -> Column:
    return lambda part: list(values[part].round(6).tolist())


def _only(rows: np.ndarray, values: np.ndarray) -> Column:
    """The values of some rows, nothing for the others."""

    def column(part: slice) -> list[Any]:
        pairs = zip(rows[part].tolist(), values[part].tolist(), strict=True)
        return [value if has else None for has, value in pairs]

    return column


def _ids(total: int) -> Column:
    return lambda part: list(new_ids(len(range(total)[part])))


def _same(value: object, total: int) -> Column:
    """One value for every row."""
    return lambda part: [value] * len(range(total)[part])


def _days(numbers: np.ndarray) -> Column:
    """ISO days; each distinct day of a part is spelt once."""

    def column(part: slice) -> list[Any]:
        distinct, place = np.unique(numbers[part], return_inverse=True)
        spelt = [day_of(number).isoformat() for number in distinct.tolist()]
        return [spelt[at] for at in place.ravel().tolist()]

    return column


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
