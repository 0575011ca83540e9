"""A real worker, really killed in the middle of a bulk edit and of its undoing: byte for byte as it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from subprocess import Popen

import pytest
from django.conf import settings
from django.utils import timezone

from fleuve.attributes import EVERYTHING
from fleuve.changes.models import Change
from fleuve.jobs.models import Job
from fleuve.jobs.tests.worker_process import start_worker
from fleuve.kernel.ids import new_ids
from fleuve.lists.actions import prepare_bulk, start_bulk, start_bulk_undo
from fleuve.lists.bulk.edits import edit_of_value, editable
from fleuve.lists.models import BulkRun
from fleuve.lists.tests.people import people
from fleuve.parties.actions import Edit, change_customers, refresh_cards
from fleuve.parties.models import Membership, Party, PartyCard, Record, Source

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
CUSTOMERS = 2_000
_CITIES = ("Lyon", "Paris", "", "Évreux")
State = BulkRun.State


@pytest.fixture
def hire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Popen[bytes]]]:
    """Start workers on this test's data folder; none outlives the test."""
    monkeypatch.setenv("FLEUVE_HOME", str(settings.HOME))
    workers: list[Popen[bytes]] = []

    def start() -> Popen[bytes]:
        workers.append(start_worker("quick,heavy", 2.0, tmp_path / f"worker-{len(workers)}.log"))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


def _customers() -> list[int]:
    """Customers as a file would bring them, made at once."""
    now = timezone.now()
    source = Source.objects.create(key="shop", name="Shop", created_at=now)
    parties = [Party(id=one, created_at=now) for one in new_ids(CUSTOMERS)]
    Party.objects.bulk_create(parties)
    records = [
        Record(
            id=one, source=source, external_id=str(place), name=f"Name {place}", city=_CITIES[place % 4],
            created_at=now, updated_at=now,
        )
        for place, one in enumerate(new_ids(CUSTOMERS))
    ]  # fmt: skip
    Record.objects.bulk_create(records)
    Membership.objects.bulk_create(
        Membership(record=record, party=party, from_at=now, reason="import", by_kind="system")
        for record, party in zip(records, parties, strict=True)
    )
    ids = [party.pk for party in parties]
    for start in range(0, CUSTOMERS, 500):
        refresh_cards(party_ids=ids[start : start + 500], at=now)
    return ids


def _shown() -> dict[int, tuple[str, ...]]:
    return {row[0]: row[1:] for row in PartyCard.objects.values_list("pk", "name", "city", "country", "search_text")}


def _wait(until: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, list(Job.objects.values("name", "state", "error", "checkpoint"))
        time.sleep(0.01)


def _killed_at(hire: Callable[[], Popen[bytes]], has_come: Callable[[], bool], is_over: Callable[[], bool]) -> int:
    """Kill a worker at this point; 1 if it was still at work."""
    worker = hire()
    _wait(lambda: has_come() or is_over())
    was_over = is_over()
    worker.kill()
    worker.wait()
    return 0 if was_over else 1


def test_killed_in_the_edit_and_in_its_undoing(hire: Callable[[], Popen[bytes]]) -> None:
    alice = people()["Alice"].principal
    parties = _customers()
    before = _shown()
    run = prepare_bulk(
        edit=edit_of_value(editable(alice)["city"], "Nantes"), node=EVERYTHING, by=alice, at=timezone.now()
    )
    start_bulk(run=run, by=alice, at=timezone.now())

    def is_in(state: str) -> Callable[[], bool]:
        return lambda: BulkRun.objects.filter(pk=run.pk, state=state).exists()

    standing = Change.objects.filter(origin="bulk", origin_id=run.pk, undone_at=None)
    kills = _killed_at(hire, lambda: standing.count() >= 0.2 * CUSTOMERS, is_in(State.DONE))
    kills += _killed_at(hire, lambda: standing.count() >= 0.6 * CUSTOMERS, is_in(State.DONE))
    last = hire()
    _wait(is_in(State.DONE))
    last.kill()
    last.wait()
    assert kills == 2
    run.refresh_from_db()
    assert (run.parties, run.changed, run.unchanged, run.refused) == (CUSTOMERS, CUSTOMERS, 0, 0)
    assert standing.count() == CUSTOMERS, "nobody was changed twice"
    assert set(PartyCard.objects.values_list("city", flat=True)) == {"Nantes"}

    later = [Edit(party, "city", "Lille") for party in parties[::100]]
    change_customers(edits=later, by=alice, at=timezone.now() + timedelta(seconds=1))
    start_bulk_undo(run=run, by=alice, at=timezone.now())
    kills = _killed_at(hire, lambda: standing.count() <= 0.8 * CUSTOMERS, is_in(State.UNDONE))
    kills += _killed_at(hire, lambda: standing.count() <= 0.4 * CUSTOMERS, is_in(State.UNDONE))
    hire()
    _wait(is_in(State.UNDONE))
    assert kills == 2
    run.refresh_from_db()
    kept = {party or 0 for party in run.conflicts.values_list("party_id", flat=True)}
    assert kept == set(parties[::100])
    assert (run.restored, run.kept) == (CUSTOMERS - len(kept), len(kept))
    after = _shown()
    assert {party: row for party, row in after.items() if party not in kept} == {
        party: row for party, row in before.items() if party not in kept
    }
    assert {after[party][1] for party in kept} == {"Lille"}
