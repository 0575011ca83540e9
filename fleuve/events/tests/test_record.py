from __future__ import annotations

import pytest
from django.db import transaction

from fleuve.events import record
from fleuve.events.models import Event, EventValues, InsertOnly
from fleuve.events.queries import values_still_match
from fleuve.events.tests.cast import ALICE, NOON
from fleuve.kernel.correlation import correlate

pytestmark = pytest.mark.django_db


def test_it_keeps_who_what_when_about_whom_and_in_which_request() -> None:
    with correlate("request-0001"):
        record("imports.file_imported", by=ALICE, at=NOON, subject=("import", 42), data={"rows": 7})
    event = Event.objects.get()
    assert (event.name, event.by, event.at, event.data) == ("imports.file_imported", ALICE, NOON, {"rows": 7})
    assert (event.subject_kind, event.subject_id, event.request_id) == ("import", "42", "request-0001")


def test_personal_values_go_to_a_table_of_their_own_and_leave_a_digest() -> None:
    event = record("parties.customer_changed", by=ALICE, at=NOON, subject=("party", 1), values={"name": ["Ada", "Éva"]})
    kept = EventValues.objects.get()
    assert kept.values == {"name": ["Ada", "Éva"]}
    assert "Ada" not in str(Event.objects.values().get())
    assert values_still_match(event) is True
    EventValues.objects.update(values={"name": ["Ada", "Eve"]})
    assert values_still_match(event) is False


def test_two_equal_values_do_not_show_as_equal_digests() -> None:
    digests = {
        record("parties.customer_changed", by=ALICE, at=NOON, values={"name": ["Ada", "Eva"]}).values_digest
        for _ in range(2)
    }
    assert len(digests) == 2


def test_a_fact_that_is_not_declared_is_refused() -> None:
    with pytest.raises(LookupError, match=r"add it to fleuve/events/facts/"):
        record("imports.file_eaten", by=ALICE, at=NOON)


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Ada Lovelace"},
        {"email": "ada@example.org"},
        {"who": ["ok", "Chloé"]},
        {"deep": {"er": "two words"}},
        {"share": 0.5},
        {"when": NOON},
        {"long": "x" * 81},
    ],
)
def test_data_that_could_be_personal_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="put what a person wrote or is called into values="):
        record("imports.file_imported", by=ALICE, at=NOON, data=data)


def test_ids_codes_days_months_and_digests_are_welcome() -> None:
    data = {"months": [201112], "day": "2011-12-09", "digest": "a" * 64, "is_new": True, "state": None, "k": {"n": 1}}
    assert record("imports.file_imported", by=ALICE, at=NOON, data=data).data == data


def test_it_is_undone_with_the_change() -> None:
    with transaction.atomic():
        record("imports.file_imported", by=ALICE, at=NOON)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused() -> None:
    with pytest.raises(RuntimeError, match="belongs in the transaction of the change"):
        record("imports.file_imported", by=ALICE, at=NOON)


def test_python_refuses_to_change_or_delete_an_event() -> None:
    event = record("imports.file_imported", by=ALICE, at=NOON)
    with pytest.raises(InsertOnly):
        event.save()
    with pytest.raises(InsertOnly):
        event.delete()
    with pytest.raises(InsertOnly):
        Event.objects.update(name="x")
    with pytest.raises(InsertOnly):
        Event.objects.all().delete()
    with pytest.raises(InsertOnly):
        Event.objects.bulk_update([event], ["name"])
