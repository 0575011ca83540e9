"""From arrays to rows of tables: column by column, because a million Python objects would cost more than the models."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from fleuve.kernel.ids import new_ids
from fleuve.value.estimation.days import day_of
from fleuve.value.estimation.month_ends import MonthClosed
from fleuve.value.estimation.portfolio import Portfolio
from fleuve.value.models import BridgeMonth, MonthEnd, Valuation, ValueBlock
from fleuve.value.rules.packed import BLOCK, MonthRows
from fleuve.value.rules.slipping import MOST_LISTED
from fleuve.value.rules.stages import STAGES
from fleuve.value.rules.values import VALUE_SCHEMA, ValueRows

__all__ = [
    "SLIPPING_COLUMNS",
    "bridge_row",
    "listed",
    "month_end_rows",
    "slipping_rows",
    "to_call",
    "value_blocks",
    "value_rows",
]

SLIPPING_COLUMNS = (
    *("id", "valuation_id", "party_id", "is_contract", "last_on", "gaps", "usual_gap_days", "silent_days"),
    *("share_back", "chance_back", "money_12", "revenue_12", "revenue_12_before", "at_stake", "stopped"),
)


def value_rows(portfolio: Portfolio) -> ValueRows:
    """What is said of every customer, column by column."""
    facts, people = portfolio.facts, portfolio.facts.customers
    nothing, rhythm = np.zeros(len(people)), portfolio.facts.rhythm
    outlook = portfolio.outlook
    columns: dict[str, Any] = {
        "party_id": people.ids,
        "stage": _stage_codes(facts.stage),
        "band": facts.band,
        "is_personal": outlook.predicted.is_personal if outlook else nothing.astype(bool),
        "was_already_there": facts.already_there,
        "is_slipping": facts.is_slipping,
        "is_contract": people.is_contract,
        "purchase_days": people.purchases,
        "first_on": people.first.astype(np.int32),
        "last_on": people.last.astype(np.int32),
        "gaps": people.gaps,
        "usual_gap_days": (rhythm.usual if rhythm else nothing).round(6),
        "silent_days": people.silent,
        "share_back": (rhythm.share_back if rhythm else nothing).round(6),
        "chance_back": facts.chance_back.round(6),
        "money_12": people.money_12,
        "money_12_before": people.money_12_before,
        "revenue_12": people.revenue_12,
        "revenue_12_before": people.revenue_12_before,
        "revenue_total": people.revenue,
        **_estimates(portfolio),
        "at_stake": facts.at_stake,
    }
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in VALUE_SCHEMA]
    return ValueRows(pa.table(arrays, schema=VALUE_SCHEMA))


def _stage_codes(stage: np.ndarray) -> np.ndarray:
    codes = np.zeros(stage.size, dtype=np.uint8)
    for code, name in enumerate(STAGES):
        codes[stage == name] = code
    return codes


def _estimates(portfolio: Portfolio) -> dict[str, pa.Array]:
    """Chances and money; nothing personal for those who have no estimate of their own but their group's value."""
    outlook, size = portfolio.outlook, len(portfolio.facts.customers)
    if outlook is None:
        names = ("probability_active", "probability_alive", "expected_purchases", "value", "value_low", "value_high")
        return {name: pa.nulls(size) for name in names}
    predicted = outlook.predicted
    low, high = (np.zeros(size, dtype=np.int64) for _ in range(2))
    low[outlook.rows], high[outlook.rows] = outlook.ranges.low, outlook.ranges.high
    own = {
        "probability_active": predicted.probability_active.round(6),
        "probability_alive": predicted.probability_alive.round(6),
        "expected_purchases": predicted.purchases.round(6),
        "value_low": low,
        "value_high": high,
    }
    without = ~predicted.is_personal
    return {name: pa.array(values, mask=without) for name, values in own.items()} | {"value": predicted.value}


def value_blocks(rows: ValueRows, valuation: Valuation) -> list[ValueBlock]:
    """The values of everybody as the blocks that are stored."""
    return [
        ValueBlock(valuation=valuation, first_party=first, last_party=last, customers=customers, rows=content)
        for first, last, customers, content in rows.blocks()
    ]


def to_call(rows: ValueRows) -> pa.Table:
    """The slipping customers whom the list to call keeps, by rising id."""
    slipping = rows.table.filter(rows.table["is_slipping"])
    stake = np.asarray(slipping["at_stake"])
    first = np.argsort(-stake, kind="stable")[:MOST_LISTED]
    return slipping.take(pa.array(np.sort(first)))


def slipping_rows(
    slipping: pa.Table, valuation: Valuation, stopped: dict[int, list[list[int | str]]], start: int, size: int
) -> list[tuple[Any, ...]]:
    """Some of ``SLIPPING_COLUMNS``: Python objects exist for one chunk at a time."""
    some = slipping.slice(start, size)
    party = listed(some["party_id"])
    columns = (
        new_ids(len(party)),
        [valuation.pk] * len(party),
        *(listed(some[name]) for name in SLIPPING_COLUMNS[2:-1]),
        [json.dumps(stopped.get(number, [])) for number in party],
    )
    return list(zip(*columns, strict=True))


def listed(column: pa.ChunkedArray | pa.Array) -> list[Any]:
    """The values as a driver takes them: None for nothing, days spelt, each distinct one once."""
    if pa.types.is_date32(column.type):
        return _days(column)
    filled = column.fill_null(False if pa.types.is_boolean(column.type) else 0)
    values: list[Any] = np.asarray(filled).tolist()
    if not column.null_count:
        return values
    return [value if has else None for value, has in zip(values, np.asarray(column.is_valid()).tolist(), strict=True)]


def _days(column: pa.ChunkedArray | pa.Array) -> list[Any]:
    distinct, place = np.unique(np.asarray(column.cast(pa.int32())), return_inverse=True)
    spelt = [day_of(number).isoformat() for number in distinct.tolist()]
    return [spelt[at] for at in place.ravel().tolist()]


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
