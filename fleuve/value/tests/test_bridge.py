"""docs/rules/bridge.md: every table there, and the identity on anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleuve.value.estimation.days import Purchases
from fleuve.value.estimation.known import known_at
from fleuve.value.estimation.month_ends import Closing, Method, MonthClosed, close_months, months_to_close
from fleuve.value.rules.bridge import LINES, Bridge, Change, bridge_of
from fleuve.value.tests.histories import all_together, nobody_there_before, random_history

# docs/rules/bridge.md, "A month in six customers": before, same method, after, first seen, was there, was lost, lost.
SIX = [
    ("Ada, new", 0, 5_000, 5_100, True, False, False, False),
    ("Ben, found to have been there before", 0, 700, 690, True, True, False, False),
    ("Cleo, won back", 40, 3_000, 3_050, False, False, True, False),
    ("Dan, grown", 10_000, 12_500, 12_400, False, False, False, False),
    ("Eve, shrunk", 8_000, 6_200, 6_150, False, False, False, False),
    ("Fay, lost", 300, 60, 60, False, False, False, True),
]


def change_of(rows: list[tuple[Any, ...]]) -> Change:
    columns = list(zip(*rows, strict=True))
    money = [np.array(column, dtype=np.int64) for column in columns[1:4]]
    claims = [np.array(column, dtype=np.bool_) for column in columns[4:]]
    return Change(money[0], money[1], money[2], claims[0], claims[1], claims[2], claims[3])


def closes(bridge: Bridge) -> bool:
    lines: list[int] = [getattr(bridge, line) for line in LINES]
    return bridge.opening + sum(lines) == bridge.closing


def test_the_six_customers_of_the_rule() -> None:
    bridge = bridge_of(change_of(SIX))
    lines = {line: getattr(bridge, line) for line in LINES}
    assert lines == {
        "new": 5_000,
        "already_there": 700,
        "won_back": 2_960,
        "grown": 2_500,
        "shrunk": -1_800,
        "lost": -240,
        "method": -10,
    }
    assert (bridge.opening, bridge.closing) == (18_340, 27_450)
    assert closes(bridge)


@pytest.mark.parametrize(
    ("place", "line"), list(enumerate(["new", "already_there", "won_back", "grown", "shrunk", "lost"]))
)
def test_each_customer_is_in_one_line_only(place: int, line: str) -> None:
    bridge = bridge_of(change_of([SIX[place]]))
    assert [name for name in LINES if bridge.counts[name] and name != "method"] == [line]


def test_an_empty_portfolio_has_an_empty_bridge() -> None:
    nobody = change_of([SIX[0]])
    nothing = Change(*(values[:0] for values in vars(nobody).values()))
    assert bridge_of(nothing).closing == 0


money = st.integers(-(2**40), 2**40)
rows = st.tuples(st.just(""), money, money, money, *[st.booleans()] * 4)


@given(st.lists(rows, min_size=1, max_size=60))
def test_it_closes_exactly_whatever_happens(customers: list[tuple[Any, ...]]) -> None:
    change = change_of(customers)
    bridge = bridge_of(change)
    assert closes(bridge)
    assert bridge.closing == sum(change.after.tolist())
    assert sum(bridge.counts[line] for line in LINES if line != "method") <= len(customers)


GEOMETRIC = {"all": "BetaGeometric"}


def _closed(
    purchases: Purchases, months: Sequence[int], method: Method, previous: Closing | None
) -> Iterator[MonthClosed]:
    wanted = months_to_close(months, previous.month if previous else None)
    known = (known_at(purchases, month, all_together, nobody_there_before) for month in wanted)
    return close_months(known, method, previous)


def test_months_of_a_history_follow_each_other_to_the_cent() -> None:
    purchases = random_history(400, 600, seed=7)
    method = Method(GEOMETRIC, 183, (50_000,), lambda _day: {}, seed=1)
    months = [202001 + step for step in range(12)] + [202101 + step for step in range(6)]
    closings = list(_closed(purchases, months, method, None))
    assert len(closings) >= 12
    for earlier, later in pairwise(closings):
        assert later.bridge is not None
        assert later.bridge.opening == earlier.value.sum()
        assert later.bridge.closing == later.value.sum()
        assert closes(later.bridge)
    assert any(closed.bridge and closed.bridge.lost for closed in closings), "somebody is lost within 18 months"


def test_continuing_from_a_published_month_gives_the_same_months() -> None:
    purchases = random_history(400, 400, seed=8)
    method = Method(GEOMETRIC, 122, (), lambda _day: {}, seed=1)
    months = [202001 + step for step in range(10)]
    whole = list(_closed(purchases, months, method, None))
    rest = list(_closed(purchases, months, method, whole[3].closing()))
    assert [closed.month for closed in rest] == [closed.month for closed in whole[4:]]
    for one, other in zip(rest, whole[4:], strict=True):
        assert one.bridge == other.bridge
        assert np.array_equal(one.low, other.low)


def test_a_change_of_method_is_its_own_line() -> None:
    purchases = random_history(400, 400, seed=9)
    method = Method(GEOMETRIC, 122, (), lambda _day: {}, seed=1)
    first, *_rest = _closed(purchases, [202001, 202002, 202003, 202004, 202005, 202006], method, None)
    months = [first.month, first.month + 1]
    plain = next(_closed(purchases, [0, 0, *months], method, first.closing()))
    longer = next(_closed(purchases, [0, 0, *months], replace(method, horizon_days=244), first.closing()))
    assert plain.bridge is not None
    assert longer.bridge is not None
    same = [line for line in LINES if line != "method"]
    assert [getattr(longer.bridge, line) for line in same] == [getattr(plain.bridge, line) for line in same]
    assert longer.bridge.method > plain.bridge.method
    assert closes(longer.bridge)
