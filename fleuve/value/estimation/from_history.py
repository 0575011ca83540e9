"""The organisation's purchases, read from derived history as they stood at the end of any day."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fleuve.history import queries as history
from fleuve.touchpoints.rules import weeks_already_there
from fleuve.value.estimation.backtest import GroupOf
from fleuve.value.estimation.customers import BoolArray, Customers
from fleuve.value.estimation.days import IntArray, PurchaseDays, day_number
from fleuve.value.estimation.portfolio import Question, groups_by_kind
from fleuve.value.rules.horizons import horizon_of

__all__ = ["HistoryPurchases", "ask_history", "stopped_products"]

# Days are asked for more than once, so what was read is kept, up to about this many rows (32 bytes each).
_MOST_ROWS_KEPT: Final = 5_000_000
# A first month that starts later than this in its month is not a whole month.
_LATEST_START: Final = 7
# Products bought on so few days are no habit; a caller can speak of three, not of thirty.
_LEAST_HABIT: Final = 2
_MOST_STOPPED: Final = 3


class HistoryPurchases:
    """Purchases that count, with what was known at the end of a day: a later return lowers no earlier purchase."""

    def __init__(self, house_days: float | None) -> None:
        self.house_days = house_days
        self._read: OrderedDict[date | None, PurchaseDays] = OrderedDict()

    def known(self, until: date | None) -> PurchaseDays:
        """What was known at the end of that day."""
        if until in self._read:
            self._read.move_to_end(until)
        else:
            self._read[until] = _days_of(history.purchase_days(until=until))
            while len(self._read) > 1 and sum(map(len, self._read.values())) > _MOST_ROWS_KEPT:
                self._read.popitem(last=False)
        return self._read[until]


def _days_of(table: pa.Table) -> PurchaseDays:
    revenue = _integers(table["revenue"])
    margin = table["margin"]
    money = revenue if margin.null_count == len(margin) else _integers(pc.fill_null(margin, 0))
    return PurchaseDays(_integers(table["party_id"]), _integers(table["day"].cast(pa.int32())), money, revenue)


def _integers(column: pa.ChunkedArray) -> IntArray:
    return np.asarray(column.to_numpy(), dtype=np.int64)


def ask_history(limits: tuple[int, ...] | None, house_days: float | None = None) -> Question:
    """What is to be valued today: everything up to the last day of the history, with the house rule in force."""
    period = history.period()
    purchases = HistoryPurchases(house_days)
    months = period.complete_months
    if period.first_day.day > _LATEST_START:
        months = months[1:]
    since, kinds = _known_of_parties()
    start = day_number(period.first_day)

    def already_there(customers: Customers, _house_half: float) -> BoolArray:
        weeks = weeks_already_there(customers.gap_days.tolist())
        return since.were_before(customers, start, weeks)

    horizon = horizon_of(period.first_day, period.last_day)
    group_of: GroupOf = groups_by_kind(kinds, purchases, horizon.cut if horizon else period.last_day)
    return Question(purchases, period.first_day, period.last_day, months, group_of, already_there, limits)


class _Since:
    """Known days of "customer since", by party."""

    def __init__(self, ids: IntArray, day: IntArray) -> None:
        order = np.argsort(ids)
        self._ids, self._day = ids[order], day[order]

    def were_before(self, customers: Customers, start: int, weeks: int) -> BoolArray:
        """Who was a customer before the history starts: seen in its first weeks, unless a known day says otherwise."""
        there = customers.first < start + 7 * weeks
        if self._ids.size:
            place = np.minimum(np.searchsorted(self._ids, customers.ids), self._ids.size - 1)
            is_known = self._ids[place] == customers.ids
            there = np.where(is_known, self._day[place] < start, there)
        return np.asarray(there, dtype=np.bool_)


def _known_of_parties() -> tuple[_Since, dict[str, IntArray]]:
    parties = history.table("parties")
    kinds = parties["kind"].to_numpy(zero_copy_only=False)
    ids = _integers(parties["party_id"])
    groups = {name: ids[kinds == name] for name in ("organisation", "person") if (kinds == name).any()}
    told = parties.filter(pc.is_valid(parties["customer_since"]))
    return _Since(_integers(told["party_id"]), _integers(told["customer_since"].cast(pa.int32()))), groups


_STOPPED = """
SELECT p.party_id, p.product_id, p.purchase_days, p.last_day, p.revenue
FROM party_products AS p JOIN asked AS a ON a.party_id = p.party_id
WHERE p.purchase_days >= $habit
QUALIFY row_number() OVER (
    PARTITION BY p.party_id ORDER BY p.purchase_days DESC, p.revenue DESC, p.product_id
) <= $most
ORDER BY p.party_id, p.purchase_days DESC, p.revenue DESC, p.product_id
"""


def stopped_products(party_ids: IntArray) -> dict[int, list[list[int | str]]]:
    """What silent customers used to buy on several days: product, days, last day and revenue, the most usual first."""
    asked = pa.table({"party_id": pa.array(party_ids, type=pa.int64())})
    with history.connection() as duck:
        duck.register("asked", asked)
        rows = duck.execute(_STOPPED, {"habit": _LEAST_HABIT, "most": _MOST_STOPPED}).fetchall()
    found: dict[int, list[list[int | str]]] = {}
    for party, product, days, last, revenue in rows:
        found.setdefault(int(party), []).append([int(product), int(days), last.isoformat(), int(revenue)])
    return found
