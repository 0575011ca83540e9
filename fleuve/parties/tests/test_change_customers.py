from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fleuve.attributes.errors import UnknownAttribute, WrongValue
from fleuve.changes.models import Change
from fleuve.changes.rules import Origin
from fleuve.events.models import Event
from fleuve.kernel.errors import EditedMeanwhile, PermissionRefused
from fleuve.kernel.principal import Principal
from fleuve.parties.actions import FROM_SOURCES, Changed, Edit, change_customers
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.models import ContactDetail, Party, Record
from fleuve.parties.tests.cast import ALICE, CLEO, LATER, RAY, SAM, SUE, card, customer

pytestmark = pytest.mark.django_db


def _say(party: int, key: str, value: object, by: Principal = ALICE, **more: Any) -> Changed:
    return change_customers(edits=[Edit(party, key, value)], by=by, at=LATER, **more)


def test_what_is_said_by_hand_stands_above_the_source_and_overwrites_nothing() -> None:
    party = customer(city="Lyon")
    done = _say(party, "city", "Paris")
    assert done.parties == (party,)
    assert done.versions == {party: 2}
    assert card(party).city == "Paris"
    assert Record.objects.get(source__key="shop").city == "Lyon"
    assert Record.objects.get(source__key="manual").city == "Paris"
    assert card(party).customer_number == "17"


def test_it_is_journalled_with_its_event() -> None:
    party = customer()
    _say(party, "city", "Paris")
    change = Change.objects.get()
    manual = Record.objects.get(source__key="manual")
    assert (change.subject_kind, change.subject_id, change.field) == ("record", manual.pk, "city")
    assert (change.old, change.new, change.origin, change.party_id) == (None, '"Paris"', "person", party)
    event = Event.objects.get(name="parties.customer_changed")
    assert change.event_id == event.pk
    assert event.erasable.values == {"city": ["Lyon", "Paris"]}


def test_emptying_by_hand_hides_what_the_source_says_and_the_source_may_speak_again() -> None:
    party = customer(city="Lyon")
    _say(party, "city", None)
    assert card(party).city == ""
    _say(party, "city", FROM_SOURCES)
    assert card(party).city == "Lyon"
    assert Record.objects.get(source__key="manual").emptied == ""
    assert list(Change.objects.order_by("id").values_list("old", "new")) == [(None, '""'), ('""', None)]


def test_the_same_again_changes_nothing() -> None:
    party = customer(city="Lyon")
    done = _say(party, "city", "Lyon")
    assert done.parties == ()
    assert [one.reason for one in done.skipped] == ["unchanged"]
    assert Party.objects.get(pk=party).version == 1
    assert not Change.objects.exists()
    assert not Event.objects.exists()


def test_who_was_later_is_told_what_stands_now() -> None:
    party = customer(city="Lyon")
    _say(party, "city", "Paris", expected={party: 1})
    with pytest.raises(EditedMeanwhile) as refused:
        _say(party, "city", "Lille", expected={party: 1})
    assert refused.value.version == 2
    assert refused.value.theirs == {"city": "Paris"}
    assert card(party).city == "Paris"


def test_a_wrong_address_of_the_file_is_removed_by_hand_and_replaced() -> None:
    party = customer(email="jean@old.example")
    _say(party, "email", "jean@new.example")
    assert card(party).email == "jean@new.example"
    assert card(party).may_email
    assert ContactDetail.objects.get(value="jean@old.example").removed_at == LATER
    told = list(Change.objects.order_by("id").values_list("field", "old", "new"))
    assert told == [
        ("detail:email", '["jean@old.example"]', None),
        ("detail:email", None, '["jean@new.example"]'),
    ]
    _say(party, "email", None)
    assert card(party).email == ""
    assert not card(party).may_email


def test_the_postal_address_follows_the_columns() -> None:
    party = customer(street="", city="")
    assert not card(party).may_post
    done = change_customers(
        edits=[Edit(party, "street", "1 rue Haute"), Edit(party, "city", "Évreux")], by=ALICE, at=LATER
    )
    assert done.parties == (party,)
    assert card(party).may_post
    assert ContactDetail.objects.get(channel="post").value == "1 rue Haute, Évreux, France"
    _say(party, "street", None)
    assert not card(party).may_post
    assert ContactDetail.objects.filter(channel="post").count() == 1


def test_reach_decides_who_changes() -> None:
    party = customer(owner=SAM)
    _say(party, "city", "Paris", by=SAM)
    with pytest.raises(PermissionRefused):
        _say(party, "city", "Lille", by=SUE)
    with pytest.raises(UnknownCustomer):
        _say(party, "city", "Lille", by=CLEO)
    with pytest.raises(PermissionRefused):
        _say(party, "city", "Lille", by=RAY)
    assert card(party).city == "Paris"


def test_a_set_skips_what_is_out_of_reach() -> None:
    own, colleagues, foreign = customer("1", owner=SAM), customer("2", owner=SUE), customer("3", owner=CLEO)
    edits = [Edit(party, "city", "Paris") for party in (own, colleagues, foreign)]
    done = change_customers(edits=edits, origin=Origin("bulk", 5), by=SAM, at=LATER)
    assert done.parties == (own,)
    assert {one.party_id: one.reason for one in done.skipped} == {colleagues: "refused", foreign: "missing"}


def test_field_rules_hide_and_close() -> None:
    from dataclasses import replace

    party = customer()
    with pytest.raises(UnknownAttribute):
        _say(party, "city", "Paris", by=replace(ALICE, hidden=frozenset({"city"})))
    with pytest.raises(PermissionRefused):
        _say(party, "city", "Paris", by=replace(ALICE, fixed=frozenset({"city"})))


def test_what_is_computed_is_not_written() -> None:
    party = customer()
    with pytest.raises(WrongValue):
        _say(party, "may_email", True)
    with pytest.raises(WrongValue):
        _say(party, "kind", "robot")
    with pytest.raises(WrongValue):
        _say(party, "postcode", "9" * 21)
    with pytest.raises(UnknownAttribute):
        _say(party, "shoe_size", 42)


def test_many_at_once_take_as_many_queries_as_two() -> None:
    parties = [customer(str(number)) for number in range(42)]

    def queries(some: list[int], city: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            change_customers(edits=[Edit(one, "city", city) for one in some], by=ALICE, at=LATER)
        return len(asked)

    few = queries(parties[:2], "Paris")
    # SQLite takes a few more for forty rows at once: it allows fewer values in one statement.
    assert queries(parties[2:], "Paris") <= few + 6
    assert {card(one).city for one in parties} == {"Paris"}
