"""The organisation's purchases, read from derived history as they stood at the end of any day."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fleuve.history import queries as history
from fleuve.touchpoints.rules import weeks_of_median
from fleuve.value.estimation.backtest import GroupOf
from fleuve.value.estimation.customers import BoolArray, Customers
from fleuve.value.estimation.days import IntArray, PurchaseDays, day_number, day_of
from fleuve.value.estimation.ledger import Ledger
from fleuve.value.estimation.portfolio import Question, contracts_apart, groups_by_kind
from fleuve.value.estimation.summed import customers_of, received_of, repeat_buyers_of, spent_of
from fleuve.value.estimation.windows import Windows
from fleuve.value.rules.horizons import horizon_of

__all__ = ["HistoryPurchases", "ask_history", "stopped_products"]

# Days are asked for more than once, so what was read is kept, up to this many rows (32 bytes each).
_MOST_ROWS_KEPT: Final = 5_000_000
# A first month that starts later than this in its month is not a whole month.
_LATEST_START: Final = 7
# Products bought on so few days are no habit; a caller can speak of three, not of thirty.
_LEAST_HABIT: Final = 2
_MOST_STOPPED: Final = 3


class HistoryPurchases:
    """Purchases that count, with what was known at the end of a day: a later return lowers no earlier purchase.

    Every row that ever counted is read once; for a day, the few that a return has changed since are put as they stood.
    """

    def __init__(self, days: PurchaseDays, changed: _Changed, house_days: float | None) -> None:
        self.house_days = house_days
        self._days, self._changed = days, changed
        self._last = int(max(days.day.max(initial=0), changed.last_return))
        self._read: OrderedDict[int, PurchaseDays] = OrderedDict()

    @classmethod
    def read(cls, house_days: float | None) -> HistoryPurchases:
        """From the current generation of the derived history."""
        days, changed = _with_changed(_days_of(history.purchase_days()), history.changed_days())
        contracts = _integers(history.table("contracts")["party_id"])
        return cls(replace(days, contracts=contracts), changed, house_days)

    @property
    def contracts(self) -> IntArray:
        """Ids of those who pay by contract, sorted."""
        return self._days.contracts

    def known(self, until: date | None) -> PurchaseDays:
        """What was known at the end of that day."""
        number = self._last if until is None else min(day_number(until), self._last)
        if number in self._read:
            self._read.move_to_end(number)
            return self._read[number]
        found = self._as_of(number)
        if len(found) <= _MOST_ROWS_KEPT:
            self._read[number] = found
        while sum(map(len, self._read.values())) > _MOST_ROWS_KEPT:
            self._read.popitem(last=False)
        return found

    def sample(self, most: int) -> HistoryPurchases:
        """The purchases of at most that many customers, evenly chosen."""
        starts = self._days.starts()
        step = -(-starts.size // most)
        if step <= 1:
            return self
        chosen = np.repeat(np.arange(starts.size) % step == 0, np.diff(np.append(starts, len(self._days))))
        return HistoryPurchases(self._days.where(chosen), self._changed.among(chosen), self.house_days)

    def customers(self, as_of: date) -> Customers:
        """Everybody who had bought by a day, as known at its end."""
        return customers_of(self._ledger, as_of, self._taken_from, self._few.known(as_of))

    def spent(self, ids: IntArray, after: int, until: date) -> tuple[IntArray, IntArray]:
        """Purchase days and money of these customers after one day and up to another, as known at its end."""
        return spent_of(self._ledger, ids, after, day_number(until), self._taken_from, self._few.known(until))

    def received(self, after: int, until: date) -> int:
        """Money of everybody after one day and up to another, as known at its end."""
        return received_of(self._ledger, after, day_number(until), self._taken_from, self._few.known(until))

    def repeat_buyers(self, as_of: date) -> int:
        """How many had bought on two days or more by a day, as known at its end."""
        return repeat_buyers_of(self._ledger, day_number(as_of), self._taken_from, self._few.known(as_of))

    def windows(self, ids: IntArray, as_of: date) -> Windows:
        """Windows of everybody who had bought by a day, as known at its end."""
        return Windows(self._ledger, ids, self._few.known(as_of))

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger(self._days)

    @cached_property
    def _taken_from(self) -> npt.NDArray[np.intp]:
        """Places in the ledger of those who once stood otherwise."""
        rows = self._changed.rows
        owner = np.searchsorted(self._ledger.start, rows, side="right") - 1
        return np.flatnonzero(np.bincount(owner, minlength=self._ledger.start.size))

    @cached_property
    def _few(self) -> HistoryPurchases:
        """The purchases of those alone."""
        is_taken_from = np.zeros(self._ledger.start.size, dtype=bool)
        is_taken_from[self._taken_from] = True
        counts = np.diff(np.append(self._ledger.start, len(self._days)))
        chosen = np.repeat(is_taken_from, counts)
        return HistoryPurchases(self._days.where(chosen), self._changed.among(chosen), self.house_days)

    def _as_of(self, number: int) -> PurchaseDays:
        days = self._days
        revenue = days.revenue.copy()
        money = revenue if days.money is days.revenue else days.money.copy()
        self._changed.put(day_of(number), revenue, money)
        stood = PurchaseDays(days.party, days.day, money, revenue, days.contracts)
        return stood.where((revenue > 0) & (days.day <= number))


class _Changed:
    """Where the rows are that stood otherwise once, and how they stood."""

    def __init__(self, days: history.ChangedDays, keys: _Keys, places: IntArray) -> None:
        self._days, self._keys, self._places = days, keys, places
        self.last_return = days.last_return

    @property
    def rows(self) -> IntArray:
        """Where they are, of those that are there."""
        return self._places[self._places >= 0]

    def among(self, chosen: BoolArray) -> _Changed:
        """The same for some rows."""
        where = np.where(chosen, np.cumsum(chosen) - 1, -1)
        return _Changed(self._days, self._keys, np.where(self._places >= 0, where[self._places], -1))

    def put(self, day: date, revenue: IntArray, money: IntArray) -> None:
        """Write what these rows were worth at the end of a day; nothing when they did not count."""
        here = self._places >= 0
        if not here.any():
            return
        stood = _days_of(self._days.known(day))
        rows = self._places[self._keys.find(stood.party, stood.day)]
        for target, values in ((revenue, stood.revenue), (money, stood.money)):
            target[self._places[here]] = 0
            target[rows[rows >= 0]] = values[rows >= 0]


@dataclass(frozen=True)
class _Keys:
    """Customer and day in one sorted number each."""

    parties: IntArray
    numbers: IntArray

    @classmethod
    def of(cls, party: IntArray, day: IntArray) -> _Keys:
        """Of rows sorted by customer and day."""
        # Already sorted: to compare neighbours is cheaper than to look for equals.
        parties = party[np.flatnonzero(np.append(True, party[1:] != party[:-1])[: party.size])]
        return cls(parties, _number(parties, party, day))

    def find(self, party: IntArray, day: IntArray) -> npt.NDArray[np.intp]:
        """The places of rows that are among these."""
        return np.searchsorted(self.numbers, _number(self.parties, party, day))


def _number(parties: IntArray, party: IntArray, day: IntArray) -> IntArray:
    # Days since 1970 stay below 2^20 for the next two thousand years; before 1970 nobody sold by computer.
    return np.searchsorted(parties, party).astype(np.int64) * 2**20 + day


def _with_changed(days: PurchaseDays, changed: history.ChangedDays) -> tuple[PurchaseDays, _Changed]:
    """All rows that ever counted, sorted, and the places of those that stood otherwise once."""
    party, day = _integers(changed.days["party_id"]), _integers(changed.days["day"].cast(pa.int32()))
    keys = _Keys.of(party, day)
    starts = days.starts()
    everybody, own = _with_strangers(days.party[starts], keys.parties)
    numbers = np.repeat(own, np.diff(np.append(starts, len(days)))) * 2**20 + days.day
    wanted = _number(everybody, party, day)
    place = np.searchsorted(numbers, wanted)
    is_there = np.append(numbers, -1)[place] == wanted
    gone, at = ~is_there, place[~is_there]
    revenue = np.insert(days.revenue, at, 0)
    money = revenue if days.money is days.revenue else np.insert(days.money, at, 0)
    ever = PurchaseDays(np.insert(days.party, at, party[gone]), np.insert(days.day, at, day[gone]), money, revenue)
    return ever, _Changed(changed, keys, place + np.cumsum(gone) - gone)


def _with_strangers(ids: IntArray, others: IntArray) -> tuple[IntArray, IntArray]:
    """All of two sorted sets of customers, and the places of the first set among them."""
    place = np.searchsorted(ids, others)
    strange = np.append(ids, -1)[place] != others
    everybody = np.insert(ids, place[strange], others[strange])
    moved = np.cumsum(np.bincount(place[strange], minlength=ids.size + 1))[: ids.size]
    return everybody, np.arange(ids.size) + moved


def _days_of(table: pa.Table) -> PurchaseDays:
    revenue = _integers(table["revenue"])
    margin = table["margin"]
    money = revenue if margin.null_count == len(margin) else _integers(pc.fill_null(margin, 0))
    return PurchaseDays(_integers(table["party_id"]), _integers(table["day"].cast(pa.int32())), money, revenue)


def _integers(column: pa.ChunkedArray) -> IntArray:
    return np.concatenate([np.asarray(part, dtype=np.int64) for part in column.chunks] or [np.zeros(0, np.int64)])


def ask_history(limits: tuple[int, ...] | None, house_days: float | None = None) -> Question:
    """What is to be valued today: everything up to the last day of the history, with the house rule in force."""
    period = history.period()
    purchases = HistoryPurchases.read(house_days)
    months = period.complete_months
    if period.first_day.day > _LATEST_START:
        months = months[1:]
    since, kinds = _known_of_parties()
    start = day_number(period.first_day)

    def already_there(customers: Customers, _house_half: float) -> BoolArray:
        gaps = customers.gap_days
        weeks = weeks_of_median(float(np.median(gaps)) if gaps.size else 0.0, gaps.size)
        return since.were_before(customers, start, weeks)

    horizon = horizon_of(period.first_day, period.last_day)
    cut = horizon.cut if horizon else period.last_day
    group_of: GroupOf = contracts_apart(groups_by_kind(kinds, purchases, cut), purchases, cut)
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
