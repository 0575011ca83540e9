"""One body for both engines and plain Python: every attribute sorts, filters and groups alike in all three.

The mirror is read with rows that changed since it was made: some written anew, some new, some gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleuve.attributes import EVERYTHING, Node, registry
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.lists.actions import mark_cards, refresh_mirror
from fleuve.lists.mirror.mirror_view import MirrorView
from fleuve.lists.mirror.reading import opened
from fleuve.lists.mirror.table_view import TableView
from fleuve.lists.mirror.view import CardView
from fleuve.lists.tests.samples import (
    NOW,
    card_attributes,
    card_values,
    expected,
    in_order,
    make_cards,
    seen_by,
    stored,
)
from fleuve.lists.tests.trees import trees
from fleuve.parties.models import PartyCard
from fleuve.ui.tables import Sort

ALICE = Principal("user", "1", "Alice", "owner")
SAM = Principal("user", "2", "Sam", "seller", colleagues=frozenset({2, 3}))
ALONE = Principal("user", "2", "Sue", "seller", reads="own")
# Lee reads everybody and may not see how to reach them; a rule closes phone numbers, or names, to the others.
LEE = Principal("user", "4", "Lee", "analyst")
RULED = Principal("user", "5", "Ray", "reader", hidden=frozenset({"phone"}))
NAMELESS = Principal("user", "6", "Ann", "reader", hidden=frozenset({"name"}))
CAST = (ALICE, SAM, ALONE)


@contextmanager
def _both(principal: Principal) -> Iterator[list[CardView]]:
    with opened(principal, NOW) as found:
        assert isinstance(found, MirrorView)
        yield [found, TableView(principal, NOW, registry.visible_to(principal))]


@pytest.fixture
def mirrored(db: None, tmp_path: Path) -> Iterator[list[dict[str, Any]]]:
    """Ninety rows in a mirror, then ten changed, five new, three in the trash and two gone; the rows as they are."""
    with override_settings(HOME=tmp_path):
        ids = make_cards(range(90))
        refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
        for number, party in enumerate(ids[:10]):
            PartyCard.objects.filter(pk=party).update(**card_values(number + 37))
        PartyCard.objects.filter(pk__in=ids[20:23]).update(is_removed=True)
        PartyCard.objects.filter(pk__in=ids[30:32]).delete()
        mark_cards([*ids[:10], *ids[20:23], *ids[30:32], *make_cards(range(90, 95))], NOW)
        yield stored()


def test_every_attribute_sorts_both_ways_to_the_last_page_and_back(mirrored: list[dict[str, Any]]) -> None:
    rows = seen_by(ALICE, mirrored)
    with _both(ALICE) as views:
        for attribute in card_attributes():
            for descending in (False, True):
                wanted = in_order(rows, attribute.key, descending=descending)
                for view in views:
                    assert _walked(view, Sort(attribute.key, descending)) == wanted, (attribute.key, descending, view)


def _walked(view: CardView, sort: Sort) -> list[int]:
    """All pages forward, then all of them back: the same rows."""
    found: list[int] = []
    pages: list[tuple[int, ...]] = []
    cursor = ""
    while True:
        part = view.page(EVERYTHING, "", sort, cursor, 7)
        pages.append(part.ids)
        found += part.ids
        if not part.page.next:
            break
        cursor = part.page.next
    back = part
    for earlier in reversed(pages[:-1]):
        back = view.page(EVERYTHING, "", sort, back.page.previous, 7)
        assert back.ids == earlier
    assert not back.page.previous
    return found


@given(node=trees(), who=st.sampled_from(CAST), words=st.sampled_from(("", "", "chloe", "ng 12", "75012")))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_filter_finds_the_same_customers(
    mirrored: list[dict[str, Any]], node: Node, who: Principal, words: str
) -> None:
    held = ("search_text", "contact_text")
    seen = seen_by(who, mirrored)
    said = [row for row in seen if all(any(word in row[text] for text in held) for word in words.split())]
    wanted = in_order(expected(node, said), "name", descending=False)
    with _both(who) as views:
        for view in views:
            assert view.count(node, words) == len(wanted)
            assert view.ids(node, words) == sorted(wanted)
            assert list(view.page(node, words, Sort("name"), "", 200).ids) == wanted


@pytest.mark.parametrize(
    ("who", "word", "text"),
    [
        (ALICE, "99001", "contact_text"),
        (LEE, "99001", ""),
        (LEE, "75012", ""),
        (RULED, "99001", ""),
        (RULED, "chloe@", ""),
        (RULED, "chloe", "search_text"),
        (NAMELESS, "chloe", ""),
        (NAMELESS, "99001", ""),
    ],
    ids=lambda told: getattr(told, "label", told),
)
def test_nobody_finds_a_customer_by_what_they_may_not_read(
    mirrored: list[dict[str, Any]], who: Principal, word: str, text: str
) -> None:
    wanted = {row["party_id"] for row in seen_by(who, mirrored) if text and word in row[text]}
    with _both(who) as views:
        for view in views:
            assert set(view.ids(EVERYTHING, word)) == wanted
            assert view.count(EVERYTHING, word) == len(wanted)


@pytest.mark.parametrize("who", CAST, ids=lambda who: who.label)
def test_groups_count_and_add_up(mirrored: list[dict[str, Any]], who: Principal) -> None:
    rows = seen_by(who, mirrored)
    with _both(who) as (mirror, table):
        for attribute in card_attributes():
            assert mirror.groups(EVERYTHING, "", attribute.key, ("value", "purchase_days")) == table.groups(
                EVERYTHING, "", attribute.key, ("value", "purchase_days")
            ), attribute.key
        found = mirror.groups(EVERYTHING, "", "stage", ("value",))
    customers = Counter(row["stage"] or None for row in rows)
    assert {group.key: group.customers for group in found.rows} == customers
    assert sum(group.sums[0] for group in found.rows) == sum(row["value"] or 0 for row in rows)


def test_batches_are_the_list_in_its_order(mirrored: list[dict[str, Any]]) -> None:
    keys = [one.key for one in card_attributes()]
    with _both(ALICE) as (mirror, table):
        for sort in (Sort("name"), Sort("value", True), Sort("stage")):
            read = [
                [row for batch in view.batches(EVERYTHING, "", sort, keys, 16) for row in batch.to_pylist()]
                for view in (mirror, table)
            ]
            wanted = in_order(seen_by(ALICE, mirrored), sort.key, descending=sort.descending)
            assert [row["party_id"] for row in read[0]] == wanted
            assert read[0] == read[1]


def test_nobody_who_may_not_read_finds_anybody(mirrored: list[dict[str, Any]]) -> None:
    with opened(Principal("user", "9", "Carol", "none"), NOW, registry) as view:
        assert view.count(EVERYTHING) == 0
        assert view.ids(EVERYTHING) == []
