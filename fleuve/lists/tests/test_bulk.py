"""Bulk edits: what the preview counts, what the run does and what undoing gives back. docs/rules/bulk.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from fleuve.accounts.actions import set_field_rule
from fleuve.accounts.models import User
from fleuve.attributes import EVERYTHING, Is, Node
from fleuve.attributes.errors import FilterError
from fleuve.changes.models import Change
from fleuve.events.models import Event
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.errors import PermissionRefused
from fleuve.lists.actions import prepare_bulk, start_bulk, start_bulk_undo
from fleuve.lists.bulk.edits import BulkEdit, edit_of_value, editable
from fleuve.lists.bulk.frozen import frozen_file
from fleuve.lists.bulk.preview import BulkPreview, preview_of
from fleuve.lists.errors import BulkRefused
from fleuve.lists.models import BulkRun
from fleuve.lists.tests.people import people
from fleuve.parties.actions import Edit, change_customers, create_own_field, create_tag, remove_own_field
from fleuve.parties.models import Party, PartyCard
from fleuve.parties.tests.cast import card, customer

State = BulkRun.State


@pytest.fixture
def cast(db: None, tmp_path: Path) -> Iterator[dict[str, User]]:
    """Real people in a data folder of their own."""
    with override_settings(HOME=tmp_path):
        yield people()


def _prepared(by: User, edit: BulkEdit, ids: list[int] | None = None, node: Node | None = None) -> BulkRun:
    return prepare_bulk(edit=edit, party_ids=ids, node=node, by=by.principal, at=timezone.now())


def _previewed(run: BulkRun, by: User) -> BulkPreview:
    return preview_of(run, by.principal, timezone.now(), "EUR")


def _done(run: BulkRun, by: User) -> BulkRun:
    start_bulk(run=run, by=by.principal, at=timezone.now())
    return _worked(run, State.DONE)


def _undone(run: BulkRun, by: User) -> BulkRun:
    start_bulk_undo(run=run, by=by.principal, at=timezone.now())
    return _worked(run, State.UNDONE)


def _worked(run: BulkRun, expected: str) -> BulkRun:
    run_until_idle(queues=("quick", "heavy"))
    run.refresh_from_db()
    assert run.state == expected
    return run


def _city(by: User, city: str) -> BulkEdit:
    return edit_of_value(editable(by.principal)["city"], city)


def test_three_chosen(cast: dict[str, User]) -> None:
    """docs/rules/bulk.md, "Three chosen"."""
    sam, sue, max_ = cast["Sam"], cast["Sue"], cast["Max"]
    first = customer("A", name="A", city="Lyon", owner=sam.principal)
    second = customer("B", name="B", city="", owner=sam.principal)
    third = customer("C", name="C", city="Nantes", owner=sue.principal)
    run = _prepared(sam, _city(sam, "Paris"), [first, second, third])
    told = _previewed(run, sam)
    assert (told.will_change, told.refused, told.unchanged, told.missing) == (2, 1, 0, 0)
    assert sorted(told.former) == [("Lyon", 1), ("–", 1)]
    assert [(one.name, one.before) for one in told.examples] == [("A", "Lyon"), ("B", "–")]
    assert [card(one).city for one in (first, second, third)] == ["Lyon", "", "Nantes"], "a preview changes nothing"
    run = _done(run, sam)
    assert (run.parties, run.changed, run.refused, run.unchanged) == (3, 2, 1, 0)
    assert [card(one).city for one in (first, second, third)] == ["Paris", "Paris", "Nantes"]
    change_customers(edits=[Edit(second, "city", "Lille")], by=max_.principal, at=timezone.now())
    run = _undone(run, sam)
    assert [card(one).city for one in (first, second, third)] == ["Lyon", "Lille", "Nantes"]
    assert (run.restored, run.kept) == (1, 1)
    conflict = run.conflicts.get()
    assert (conflict.party_id, conflict.found, conflict.found_by_label) == (second, '"Lille"', "Max")
    facts = list(Event.objects.filter(name__startswith="lists.bulk").order_by("id").values_list("name", "data"))
    assert facts == [
        ("lists.bulk_started", {"deed": "set", "field": "city", "customers": 3}),
        ("lists.bulk_finished", {"changed": 2, "unchanged": 0, "refused": 1}),
        ("lists.bulk_undone", {"restored": 1, "kept": 1}),
    ]


def test_the_set_is_fixed_when_it_starts(cast: dict[str, User]) -> None:
    """The edit itself moves customers out of its filter, and one who comes later is not met."""
    alice = cast["Alice"]
    parties = [customer(str(number), city="Lyon") for number in range(5)]
    run = _prepared(alice, _city(alice, "Paris"), node=Is("city", "is", "Lyon"))
    assert _previewed(run, alice).will_change == 5
    start_bulk(run=run, by=alice.principal, at=timezone.now())
    late = customer("late", city="Lyon")
    run = _worked(run, State.DONE)
    assert (run.parties, run.changed) == (5, 5)
    assert {card(party).city for party in parties} == {"Paris"}
    assert card(late).city == "Lyon"
    assert not frozen_file(run.pk).exists()


def test_what_it_means_is_counted_before_and_done_after_for_more_than_one_chunk(cast: dict[str, User]) -> None:
    alice = cast["Alice"]
    cities = ["Lyon", "Paris", "", "Nantes"]
    parties = [customer(str(number), city=cities[number % 4]) for number in range(300)]
    run = _prepared(alice, _city(alice, "Paris"), node=EVERYTHING)
    told = _previewed(run, alice)
    assert (told.will_change, told.unchanged, told.meant) == (225, 75, 300)
    assert dict(told.former) == {"Lyon": 75, "–": 75, "Nantes": 75}
    assert len(told.examples) == 20
    run = _done(run, alice)
    assert (run.changed, run.unchanged, run.refused) == (225, 75, 0)
    run = _undone(run, alice)
    assert (run.restored, run.kept) == (225, 0)
    assert [card(party).city for party in parties] == [cities[number % 4] for number in range(300)]


@pytest.mark.parametrize(
    ("kind", "before", "after", "shown"),
    [
        ("text", "blue", "red", "blue"),
        ("number", 3, 42, "3"),
        ("money", 12_345, 99_900, "€123"),
        ("date", "2025-01-31", "2026-01-31", "31 Jan 2025"),
        ("yes_no", True, False, "yes"),
        ("choice", "blue", "red", "Blue"),
        ("choices", ("blue",), ("blue", "red"), "Blue"),
    ],
)
def test_own_fields_of_every_type_are_set_emptied_and_restored(
    cast: dict[str, User], kind: str, before: Any, after: Any, shown: str
) -> None:
    alice = cast["Alice"]
    choices = ["Blue", "Red"] if kind.startswith("choice") else []
    field = create_own_field(label="Shade", type=kind, choices=choices, by=alice.principal, at=timezone.now())
    key = f"own_{field.key}"
    has, hasnt, same = customer("1"), customer("2"), customer("3")
    edits = [Edit(has, key, before), Edit(same, key, after)]
    change_customers(edits=edits, by=alice.principal, at=timezone.now())
    target = editable(alice.principal)[key]
    run = _prepared(alice, edit_of_value(target, after), [has, hasnt, same])
    told = _previewed(run, alice)
    assert (told.will_change, told.unchanged) == (2, 1)
    assert dict(told.former) == {shown: 1, "–": 1}
    run = _done(run, alice)
    assert (run.changed, run.unchanged) == (2, 1)
    emptied = _prepared(alice, BulkEdit("clear", key), [has, hasnt, same])
    assert _previewed(emptied, alice).will_change == 3
    emptied = _done(emptied, alice)
    assert emptied.changed == 3
    _undone(emptied, alice)
    _undone(run, alice)
    again = _previewed(_prepared(alice, edit_of_value(target, after), [has, hasnt, same]), alice)
    assert (again.will_change, again.unchanged, dict(again.former)) == (2, 1, {shown: 1, "–": 1})


def test_customers_are_given_to_a_colleague_and_back(cast: dict[str, User]) -> None:
    max_, sam, sue = cast["Max"], cast["Sam"], cast["Sue"]
    one, two = customer("1", owner=sam.principal), customer("2")
    run = _prepared(max_, BulkEdit("owner", told=str(sue.pk)), [one, two])
    told = _previewed(run, max_)
    assert (told.will_change, dict(told.former)) == (2, {"Sam": 1, "–": 1})
    _done(run, max_)
    assert [card(party).owner_id for party in (one, two)] == [sue.pk, sue.pk]
    _undone(run, max_)
    assert [card(party).owner_id for party in (one, two)] == [sam.pk, None]
    with pytest.raises(PermissionRefused):
        _prepared(sam, BulkEdit("owner", told=str(sue.pk)), [one])


def test_tags_are_put_on_and_taken_off(cast: dict[str, User]) -> None:
    alice, now = cast["Alice"], timezone.now()
    vip, old = (create_tag(name=name, color="", by=alice.principal, at=now) for name in ("VIP", "Old"))
    one, two = customer("1"), customer("2")
    change_customers(edits=[Edit(one, "tags", [old.pk]), Edit(two, "tags", [vip.pk])], by=alice.principal, at=now)
    run = _prepared(alice, BulkEdit("tags", add=(vip.pk,), remove=(old.pk,)), [one, two])
    told = _previewed(run, alice)
    assert (told.will_change, told.unchanged) == (1, 1)
    run = _done(run, alice)
    assert (run.changed, run.unchanged) == (1, 1)
    assert [card(party).tags for party in (one, two)] == [f"|{vip.pk}|"] * 2
    _undone(run, alice)
    assert [card(party).tags for party in (one, two)] == [f"|{old.pk}|", f"|{vip.pk}|"]
    with pytest.raises(BulkRefused):
        _prepared(alice, BulkEdit("tags"), [one])


def test_customers_go_to_the_trash_and_come_out_again(cast: dict[str, User]) -> None:
    alice, sam = cast["Alice"], cast["Sam"]
    parties = [customer(str(number), owner=sam.principal) for number in range(260)]
    kept = customer("kept")
    run = _prepared(sam, BulkEdit("trash"), node=EVERYTHING)
    told = _previewed(run, sam)
    assert (told.will_change, told.refused) == (260, 1), "nobody's customer is claimed before it is changed"
    run = _done(run, sam)
    assert run.changed == 260
    assert set(PartyCard.objects.visible_to(alice.principal).values_list("pk", flat=True)) == {kept}
    run = _undone(run, sam)
    assert run.restored == 260
    assert PartyCard.objects.visible_to(alice.principal).filter(pk__in=parties).count() == 260


def test_who_left_sight_since_the_start_is_refused(cast: dict[str, User]) -> None:
    alice, sam, sue = cast["Alice"], cast["Sam"], cast["Sue"]
    mine, taken = customer("1", owner=sam.principal), customer("2", owner=sam.principal)
    run = _prepared(sam, _city(sam, "Paris"), [mine, taken])
    start_bulk(run=run, by=sam.principal, at=timezone.now())
    given = [Edit(taken, "owner", sue.pk)]
    change_customers(edits=given, by=alice.principal, at=timezone.now())
    run = _worked(run, State.DONE)
    assert (run.changed, run.refused) == (1, 1)
    assert card(taken).city == "Lyon"


def test_a_right_taken_away_stops_the_work(cast: dict[str, User]) -> None:
    sam, party = cast["Sam"], customer("1", owner=cast["Sam"].principal)
    run = _prepared(sam, _city(sam, "Paris"), [party])
    start_bulk(run=run, by=sam.principal, at=timezone.now())
    set_field_rule(role="seller", attribute="city", may="read", by=cast["Alice"].principal, at=timezone.now())
    run_until_idle(queues=("quick",))
    run.refresh_from_db()
    assert (run.state, card(party).city) == (State.RUNNING, "Lyon")
    _undone(run, cast["Alice"])


def test_a_closed_field_is_refused_as_a_whole_and_a_hidden_one_does_not_exist(cast: dict[str, User]) -> None:
    sam, party, now = cast["Sam"], customer("1", owner=cast["Sam"].principal), timezone.now()
    edit = _city(sam, "Paris")
    set_field_rule(role="seller", attribute="city", may="read", by=cast["Alice"].principal, at=now)
    sam = User.objects.get(pk=sam.pk)
    assert "city" not in editable(sam.principal)
    with pytest.raises(PermissionRefused, match="City"):
        _prepared(sam, edit, [party])
    set_field_rule(role="seller", attribute="city", may="hidden", by=cast["Alice"].principal, at=now)
    with pytest.raises(FilterError, match="no attribute"):
        _prepared(User.objects.get(pk=sam.pk), edit, [party])


@pytest.mark.parametrize("key", ["name", "customer_number", "email", "phone", "street", "value"])
def test_what_belongs_to_one_customer_is_not_given_to_many(cast: dict[str, User], key: str) -> None:
    with pytest.raises((BulkRefused, FilterError)):
        _prepared(cast["Alice"], BulkEdit("set", key, '"x"'), [customer("1")])


def test_a_field_of_the_house_that_is_gone_stops_the_run_which_can_be_undone(cast: dict[str, User]) -> None:
    alice, now = cast["Alice"], timezone.now()
    field = create_own_field(label="Shade", type="text", by=alice.principal, at=now)
    party = customer("1")
    run = _prepared(alice, edit_of_value(editable(alice.principal)[f"own_{field.key}"], "red"), [party])
    start_bulk(run=run, by=alice.principal, at=now)
    remove_own_field(own_field=field, by=alice.principal, at=now)
    run_until_idle(queues=("quick",))
    run.refresh_from_db()
    assert run.state == State.RUNNING
    run = _undone(run, alice)
    assert (run.restored, run.kept) == (0, 0)


def test_too_many_ticks_and_none_are_refused(cast: dict[str, User]) -> None:
    alice = cast["Alice"]
    edit = _city(alice, "Paris")
    with pytest.raises(BulkRefused, match="at least one"):
        _prepared(alice, edit, [])
    with pytest.raises(BulkRefused, match="500"):
        _prepared(alice, edit, list(range(1, 502)))


def test_readers_and_sellers_without_the_grant_are_refused(cast: dict[str, User]) -> None:
    party = customer("1")
    for name in ("Sue", "Ray", "Lee"):
        with pytest.raises(PermissionRefused):
            _prepared(cast[name], BulkEdit("clear", "city"), [party])
    assert not BulkRun.objects.exists()


def test_a_run_starts_once_and_is_undone_once(cast: dict[str, User]) -> None:
    alice, now = cast["Alice"], timezone.now()
    run = _prepared(alice, _city(alice, "Paris"), [customer("1")])
    with pytest.raises(BulkRefused):
        start_bulk_undo(run=run, by=alice.principal, at=now)
    start_bulk(run=run, by=alice.principal, at=now)
    with pytest.raises(BulkRefused):
        start_bulk(run=run, by=alice.principal, at=now)
    with pytest.raises(BulkRefused):
        start_bulk_undo(run=run, by=alice.principal, at=now)
    _undone(_worked(run, State.DONE), alice)
    with pytest.raises(BulkRefused):
        start_bulk_undo(run=run, by=alice.principal, at=now)
    assert Event.objects.filter(name="lists.bulk_started").count() == 1


def test_nobody_starts_or_undoes_the_run_of_a_colleague(cast: dict[str, User]) -> None:
    sam, max_, alice = cast["Sam"], cast["Max"], cast["Alice"]
    run = _prepared(sam, _city(sam, "Paris"), [customer("1", owner=sam.principal)])
    with pytest.raises(PermissionRefused):
        start_bulk(run=run, by=alice.principal, at=timezone.now())
    _done(run, sam)
    with pytest.raises(BulkRefused):
        start_bulk_undo(run=run, by=max_.principal, at=timezone.now())
    _undone(run, alice)


def test_a_wish_of_yesterday_is_forgotten(cast: dict[str, User]) -> None:
    from fleuve.lists.actions import forget_exports

    alice, now = cast["Alice"], timezone.now()
    waiting = _prepared(alice, _city(alice, "Paris"), [customer("1")])
    done = _done(_prepared(alice, _city(alice, "Paris"), [customer("2")]), alice)
    forget_exports(now + timedelta(hours=23))
    assert BulkRun.objects.count() == 2
    forget_exports(now + timedelta(hours=25))
    assert list(BulkRun.objects.values_list("pk", flat=True)) == [done.pk] != [waiting.pk]


def test_what_was_written_stands_in_the_history_of_each_customer(cast: dict[str, User]) -> None:
    alice, party = cast["Alice"], customer("1")
    version = Party.objects.get(pk=party).version
    run = _done(_prepared(alice, _city(alice, "Paris"), [party]), alice)
    change = Change.objects.get(party_id=party, field="city")
    assert (change.origin, change.origin_id, change.actor_label) == ("bulk", run.pk, "Alice")
    assert Party.objects.get(pk=party).version == version + 1
