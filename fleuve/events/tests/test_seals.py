from __future__ import annotations

import pytest
from django.db import connection

from fleuve.events import record
from fleuve.events.actions import seal_events as seal_events_file
from fleuve.events.actions.erase_values import erase_values
from fleuve.events.actions.seal_events import seal_events
from fleuve.events.models import Event, EventValues, Seal
from fleuve.events.queries import verify_seals
from fleuve.events.rules import canonical, seal_digest
from fleuve.events.tests.cast import ALICE, BOB, NOON
from fleuve.jobs import enqueue
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Ten events under three seals of at most four."""
    monkeypatch.setattr(seal_events_file, "BATCH", 4)
    events = [
        record("parties.customer_changed", by=ALICE, at=NOON, subject=("party", number), values={"name": ["a", "b"]})
        for number in range(10)
    ]
    while seal_events(by=SYSTEM, at=NOON):
        pass
    return events


def _sql(statement: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_untouched_chain_holds(chain: list[Event]) -> None:
    verification = verify_seals()
    assert (verification.holds, verification.seals, verification.events, verification.unsealed) == (True, 3, 10, 0)
    assert verification.head == Seal.objects.get(number=3).digest


def test_a_changed_event_breaks_the_seal_that_covers_it(chain: list[Event]) -> None:
    _sql("UPDATE events_event SET subject_id = '99' WHERE id = %s", chain[5].pk)
    assert verify_seals().broken_at == 2


def test_a_deleted_event_breaks_its_seal(chain: list[Event]) -> None:
    EventValues.objects.filter(event=chain[0]).delete()
    _sql("DELETE FROM events_event WHERE id = %s", chain[0].pk)
    assert verify_seals().broken_at == 1


def test_an_event_slipped_under_a_seal_breaks_it(chain: list[Event]) -> None:
    late = record("history.rebuilt", by=ALICE, at=NOON)
    _sql("UPDATE events_event SET seal_id = %s WHERE id = %s", Seal.objects.get(number=3).pk, late.pk)
    assert verify_seals().broken_at == 3


def test_a_seal_taken_out_of_the_middle_breaks_the_next(chain: list[Event]) -> None:
    middle = Seal.objects.get(number=2)
    _sql("UPDATE events_event SET seal_id = NULL WHERE seal_id = %s", middle.pk)
    middle.delete()
    assert verify_seals().broken_at == 3


def test_erasing_values_breaks_nothing_and_is_itself_a_fact(chain: list[Event]) -> None:
    assert erase_values(("party", 5), by=ALICE, at=NOON) == 1
    assert EventValues.objects.count() == 9
    assert verify_seals().holds
    assert Event.objects.filter(name="events.values_erased", subject_id="5").count() == 1
    assert erase_values(("party", 5), by=ALICE, at=NOON) == 0


def test_forgetting_a_colleagues_name_breaks_nothing(chain: list[Event]) -> None:
    _sql("UPDATE events_event SET actor_label = ''")
    assert verify_seals().holds


def test_an_event_that_commits_late_is_sealed_by_the_next_seal(chain: list[Event]) -> None:
    late = record("history.rebuilt", by=ALICE, at=NOON)
    assert verify_seals().unsealed == 1
    seal = seal_events(by=SYSTEM, at=NOON)
    assert seal is not None
    assert Event.objects.get(pk=late.pk).seal == seal
    assert verify_seals().holds


def test_sealing_is_a_scheduled_job() -> None:
    record("history.rebuilt", by=ALICE, at=NOON)
    enqueue("events.seal", by=SYSTEM)
    run_until_idle()
    assert verify_seals().unsealed == 0


def test_a_reader_may_neither_seal_nor_erase() -> None:
    with pytest.raises(PermissionRefused):
        seal_events(by=BOB, at=NOON)
    with pytest.raises(PermissionRefused):
        erase_values(("party", 1), by=BOB, at=NOON)


def test_the_worked_example_of_the_rules() -> None:
    """docs/rules/audit.md, *The chain of seals*: two rows, two links."""
    first = seal_digest("", [["a", 1]])
    second = seal_digest(first, [["b", 2]])
    assert canonical({"b": 1, "a": "é"}) == b'{"a":"\xc3\xa9","b":1}'
    assert (first[:12], second[:12]) == ("e206b51ac681", "eb4cd7de4b1a")
