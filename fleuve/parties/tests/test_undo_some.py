from __future__ import annotations

import pytest
from django.db import transaction

from fleuve.changes.actions import UndoneSome, undo_some
from fleuve.changes.models import Change
from fleuve.changes.rules import Origin
from fleuve.parties.actions import Edit, change_customers
from fleuve.parties.models import ContactDetail, Record
from fleuve.parties.tests.cast import ALICE, SAM, card, customer, later
from fleuve.parties.writers import WRITERS

pytestmark = pytest.mark.django_db
BULK = Origin("bulk", 7)


def _undo(origin: Origin = BULK, size: int = 100) -> UndoneSome:
    with transaction.atomic():
        return undo_some(origin, size, WRITERS, by=ALICE, at=later(60))


def test_a_bulk_edit_is_taken_back_but_for_what_is_newer() -> None:
    """docs/rules/changes.md, "Three chosen"."""
    first, second = customer("1", city="Lyon"), customer("2", city="")
    edits = [Edit(party, "city", "Paris") for party in (first, second)]
    change_customers(edits=edits, origin=BULK, by=ALICE, at=later(1))
    change_customers(edits=[Edit(second, "city", "Lille")], by=ALICE, at=later(2))
    done = _undo()
    assert (done.undone, done.written) == (2, 1)
    assert (card(first).city, card(second).city) == ("Lyon", "Lille")
    (kept,) = done.conflicts
    assert (kept.reason, kept.found, kept.found_by_label) == ("newer", '"Lille"', "Alice")
    assert _undo().undone == 0


def test_every_place_comes_back_as_it_was() -> None:
    party = customer(email="a@example.org", city="Lyon", street="1 rue Haute")
    edits = [Edit(party, "email", "b@example.org"), Edit(party, "street", None), Edit(party, "kind", "person")]
    change_customers(edits=edits, origin=BULK, by=ALICE, at=later(1))
    assert card(party).email == "b@example.org"
    before = Change.objects.count()
    done = _undo(size=1)
    while done.undone:
        assert not done.conflicts
        done = _undo(size=1)
    found = card(party)
    assert (found.email, found.kind, found.may_email) == ("a@example.org", "unknown", True)
    assert Record.objects.get(source__key="manual").emptied == ""
    assert not ContactDetail.objects.filter(channel="post", removed_at=None).exists()
    assert Change.objects.count() == before, "taking back marks, it never writes the journal"


def test_who_looks_after_a_customer_comes_back() -> None:
    party = customer(owner=SAM)
    change_customers(edits=[Edit(party, "owner", None)], origin=BULK, by=ALICE, at=later(1))
    assert card(party).owner_id is None
    _undo()
    assert card(party).owner_id == int(SAM.id)
