"""Purchase behaviour: the table "Purchase behaviour" of docs/rules/filters.md, then windows drawn at random."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleuve.attributes import ALWAYS, EVERYTHING, All, Between, Bought, Is, LastDays, Node, Not, registry
from fleuve.attributes.errors import NotBuilt
from fleuve.attributes.tests.samples import MEANINGS, TODAY
from fleuve.history.tests.shop import Shop
from fleuve.kernel.principal import SYSTEM
from fleuve.lists.actions import mark_cards, refresh_mirror
from fleuve.lists.bought.making import refresh_behaviour
from fleuve.lists.bought.reading import holders_of
from fleuve.lists.mirror.mirror_view import MirrorView
from fleuve.lists.mirror.reading import opened
from fleuve.lists.mirror.table_view import TableView
from fleuve.lists.tests.samples import NOW
from fleuve.parties.actions import refresh_cards
from fleuve.parties.models import Membership, Party

_BUYERS: Final = ("P", "R", "S", "T")
_SALES: Final[tuple[tuple[str, str, tuple[tuple[str, float, str], ...]], ...]] = (
    ("R", "2025-03-01", (("X", 1, "10.00"), ("Y", 2, "1.50"))),
    ("R", "2025-03-01", (("X", 1, "10.00"),)),
    ("R", "2026-02-27", (("Y", 3, "1.50"),)),
    ("S", "2026-03-01", (("X", 4, "2.00"), ("Z", 1, "7.00"))),
    ("S", "2026-02-01", (("Z", 2, "7.00"),)),
    ("T", "2026-01-31", (("Y", 1, "1.50"),)),
    ("T", "2026-03-02", (("X", 1, "10.00"),)),
)


@pytest.fixture
def parties(db: None, tmp_path: Path) -> Iterator[dict[str, int]]:
    """The customers of the worked table and some more; Q never bought."""
    with override_settings(HOME=tmp_path):
        shop = Shop()
        for number, (day, price) in enumerate((("2026-01-01", "10.00"), ("2026-02-01", "20.00")), start=1):
            shop.sells(f"P{number}", day, "P", ("X", 1, price))
        shop.sells("P3", "2026-02-28", "P", ("X", 1, "5.00"))
        shop.credits("P4", "2026-03-01", "P", ("X", -1, "5.00"))
        for number, (who, day, lines) in enumerate(_SALES):
            shop.sells(f"S{number}", day, who, *lines)
        shop.customer("Q")
        shop.build()
        refresh_behaviour(by=SYSTEM, at=NOW)
        refresh_cards(party_ids=list(Party.objects.values_list("pk", flat=True)), at=NOW)
        yield dict(Membership.objects.values_list("record__name", "party_id"))


_TABLE: Final[tuple[tuple[Node, bool, bool], ...]] = (
    (Bought("times", "at_least", 1, LastDays(28)), True, False),
    (Bought("times", "at_least", 1, LastDays(27)), False, False),
    (Bought("money", "at_least", 3_000), True, False),
    (Bought("money", "more_than", 3_000), False, False),
    (Bought("times", "at_most", 0, LastDays(27)), True, True),
    (Bought("quantity", "at_least", 1, ALWAYS, products=("Y",)), False, False),
    (Not(Bought("times", "at_least", 1)), False, True),
)


@pytest.mark.parametrize(("node", "of_p", "of_q"), _TABLE)
def test_the_worked_table_holds_on_both_engines(parties: dict[str, int], node: Node, of_p: bool, of_q: bool) -> None:
    wanted = [of_p, of_q]
    table = TableView(SYSTEM, NOW, registry)
    assert [parties[name] in table.ids(node) for name in "PQ"] == wanted
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
    for changed in ([], [parties["P"]], list(parties.values())):
        mark_cards(changed, NOW)
        with opened(SYSTEM, NOW) as mirror:
            assert isinstance(mirror, MirrorView)
            assert [parties[name] in mirror.ids(node) for name in "PQ"] == wanted
            assert mirror.count(node) == table.count(node)


def _bought(name: str) -> list[tuple[date, int, str, float, int]]:
    """What a customer bought for good: day, purchase, product, pieces, money."""
    own = [("2026-01-01", 100, "X", 1.0, 1_000), ("2026-02-01", 101, "X", 1.0, 2_000)] if name == "P" else []
    for number, (who, day, lines) in enumerate(_SALES):
        if who == name:
            own += [(day, number, code, float(n), round(n * float(price) * 100)) for code, n, price in lines]
    return [(date.fromisoformat(day), number, code, pieces, money) for day, number, code, pieces, money in own]


def _total(leaf: Bought, name: str) -> float:
    first, last = date.min, date.max
    if isinstance(leaf.window, LastDays):
        first, last = TODAY - timedelta(days=leaf.window.days), TODAY
    elif isinstance(leaf.window, Between):
        first, last = leaf.window.from_day, leaf.window.to_day
    lines = [
        line for line in _bought(name) if first <= line[0] <= last and (not leaf.products or line[2] in leaf.products)
    ]
    sums: dict[str, float] = defaultdict(float)
    sums["times"] = len({line[1] for line in lines})
    sums["days"] = len({line[0] for line in lines})
    sums["quantity"] = sum(line[3] for line in lines)
    sums["money"] = sum(line[4] for line in lines)
    return sums[leaf.measure]


_days = st.dates(date(2025, 2, 1), date(2026, 4, 1))
_windows = st.one_of(
    st.just(ALWAYS),
    st.sampled_from((0, 1, 2, 27, 28, 59, 365, 400)).map(LastDays),
    st.tuples(_days, _days).map(sorted).map(lambda pair: Between(*pair)),
)
_values: st.SearchStrategy[Any] = st.sampled_from((0, 1, 2, 3, 450, 1_000, 3_000))


@given(
    measure=st.sampled_from(("times", "days", "money", "quantity")),
    operator=st.sampled_from(("at_least", "at_most", "more_than", "less_than", "is", "is_not", "between")),
    window=_windows,
    products=st.lists(st.sampled_from("XYZN"), max_size=3, unique=True).map(tuple),
    value=_values,
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_leaf_holds_for_whom_plain_python_says(
    parties: dict[str, int], measure: Any, operator: str, window: Any, products: tuple[str, ...], value: Any
) -> None:
    leaf = Bought(measure, operator, (value, value + 500) if operator == "between" else value, window, products)
    meaning = MEANINGS[operator]
    wanted = {parties[name] for name in (*_BUYERS, "Q") if meaning(_total(leaf, name), leaf.value)}
    found = holders_of(leaf, TODAY)
    ids = set(found.ids.tolist())
    assert (set(parties.values()) - ids if found.are_others else ids) == wanted
    assert set(TableView(SYSTEM, NOW, registry).ids(leaf)) == wanted


def test_it_joins_other_conditions(parties: dict[str, int]) -> None:
    node = All((Bought("days", "at_least", 2), Is("name", "is_one_of", ("P", "S"))))
    assert set(TableView(SYSTEM, NOW, registry).ids(node)) == {parties["P"], parties["S"]}


def test_sources_count_apart(parties: dict[str, int]) -> None:
    known = holders_of(Bought("times", "at_least", 2, ALWAYS, sources=(1,)), TODAY)
    assert known.ids.size == 0
    source = Membership.objects.values_list("record__source_id", flat=True)[0]
    found = holders_of(Bought("times", "at_least", 2, ALWAYS, sources=(source,)), TODAY)
    assert set(found.ids.tolist()) == {parties[name] for name in _BUYERS}
    both = holders_of(Bought("times", "at_least", 2, ALWAYS, products=("Z",), sources=(source,)), TODAY)
    assert both.ids.tolist() == [parties["S"]]


def test_laying_out_again_changes_nothing(parties: dict[str, int]) -> None:
    assert refresh_behaviour(by=SYSTEM, at=NOW) == refresh_behaviour(by=SYSTEM, at=NOW)


def test_it_says_so_while_nothing_is_laid_out(db: None, tmp_path: Path) -> None:
    with override_settings(HOME=tmp_path), pytest.raises(NotBuilt, match="not laid out yet"):
        TableView(SYSTEM, NOW, registry).count(All((EVERYTHING, Bought("times", "at_least", 1))))
