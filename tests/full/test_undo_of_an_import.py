"""Thousands of customers updated by a file and taken back, the worker killed three times on the way.

What was there comes back byte for byte: every column of every table but the stamps (``version``, ``updated_at``), the
journal itself, and what people typed after the import, which stays and is listed. ``FLEUVE_TEST_CUSTOMERS=100000``
asks for the size that is promised (ten minutes).
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from django.conf import settings
from django.db import models
from django.utils import timezone

from fleuve.accounts.actions import configure_organisation
from fleuve.changes.models import Change
from fleuve.imports.actions import import_file, start_undo
from fleuve.imports.models import Conflict, Import
from fleuve.imports.tests.desk import ALICE, NOW
from fleuve.jobs.models import Job
from fleuve.jobs.tests.worker_process import start_worker
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.actions.change_customers import Edit, change_customers
from fleuve.parties.models import (
    ContactDetail,
    Membership,
    OwnField,
    OwnValue,
    Party,
    PartyCard,
    Record,
    Refusal,
    Relationship,
)
from fleuve.parties.speaking import MANUAL

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]

_EDITED = 50
_STAMPS = frozenset(["version", "updated_at"])
_HEAD = "Customer number,Name,E-mail,Street,Postcode,City,Country,VAT number,Shoe size\n"


def _size() -> int:
    return int(os.environ.get("FLEUVE_TEST_CUSTOMERS") or 3_000)


def _file(folder: Path, name: str, change: int) -> Path:
    path = folder / name
    with path.open("w") as stream:
        stream.write(_HEAD)
        for number in range(_size()):
            place = number + change
            stream.write(
                f"C{number},Person {place},p{place}@example.org,{place} Rue Haute,{place % 95_000:05d},"
                f"Town {place % 911},"
                f"{'FR' if change == 0 else 'BE'},FR{place:011d},{place % 50}.5\n"
            )
    return path


def _bring(path: Path) -> Import:
    row = import_file(path=path, source="Shop", answers={"currency": "EUR"}, takes_proposals=True, by=SYSTEM, at=NOW)
    run_until_idle(queues=("heavy",))
    row.refresh_from_db()
    assert row.state == Import.State.IMPORTED, row.problem
    return row


def _digest(edited: list[int]) -> dict[str, str]:
    """A digest per table, without manual records and the list rows of customers whom a person edited."""
    manual = Record.objects.filter(source__key=MANUAL)
    left_out: dict[type[models.Model], Any] = {
        Record: manual,
        Membership: Membership.objects.filter(record__in=manual),
        PartyCard: PartyCard.objects.filter(pk__in=edited),
        ContactDetail: ContactDetail.objects.filter(record__in=manual),
    }
    tables = (Party, Record, Membership, ContactDetail, Refusal, Relationship, PartyCard, OwnValue)
    return {model.__name__: _digest_of(model, left_out.get(model)) for model in tables}


def _digest_of(model: type[models.Model], left_out: Any) -> str:
    names = [field.attname for field in model._meta.concrete_fields if field.name not in _STAMPS]
    rows = model._default_manager.order_by("pk")
    if left_out is not None:
        rows = rows.exclude(pk__in=left_out.values("pk"))
    digest = hashlib.sha256()
    for row in rows.values_list(*names).iterator(chunk_size=5000):
        digest.update(repr(row).encode())
    return digest.hexdigest()


@pytest.fixture
def hire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Popen[bytes]]]:
    """Start heavy workers on this test's data folder; none outlives the test."""
    monkeypatch.setenv("FLEUVE_HOME", str(settings.HOME))
    workers: list[Popen[bytes]] = []

    def start() -> Popen[bytes]:
        workers.append(start_worker("heavy", 2.0, tmp_path / f"worker-{len(workers)}.log"))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


def _wait(until: Callable[[], bool], seconds: float = 900) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, list(Job.objects.values("name", "state", "error", "checkpoint"))
        time.sleep(0.02)


def _is_undone(row: Import) -> bool:
    return Import.objects.filter(pk=row.pk, state=Import.State.UNDONE).exists()


def _has_come_to(row: Import, job_id: int, done: int) -> bool:
    return int(Job.objects.get(pk=job_id).checkpoint.get("done", 0)) >= done or _is_undone(row)


@pytest.fixture
def nobody_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Valuing the customers anew is not what this test is about."""
    monkeypatch.setattr("fleuve.imports.revaluation.enqueue", lambda name, **options: None)


@pytest.mark.usefixtures("nobody_values")
def test_killed_three_times_undoing_restores_every_value(tmp_path: Path, hire: Callable[[], Popen[bytes]]) -> None:
    configure_organisation(name="Rive droite", currency="EUR", timezone="Europe/Paris", by=SYSTEM, at=NOW)
    OwnField.objects.create(
        key="shoe_size", type="number", label="Shoe size", label_folded="shoe size", created_at=NOW, by_kind="user"
    )
    _bring(_file(tmp_path, "first.csv", 0))
    edited = sorted(PartyCard.objects.order_by("pk").values_list("pk", flat=True)[::2][:_EDITED])
    before = _digest(edited)
    started = time.monotonic()
    row = _bring(_file(tmp_path, "second.csv", 7))
    print(f"import: {_size() / (time.monotonic() - started):.0f} customers a second")
    assert _digest(edited) != before
    edits = [Edit(party, "city", f"By hand {party}") for party in edited]
    change_customers(edits=edits, by=ALICE, at=timezone.now())
    kills = _undo_with_kills(row, hire)
    assert kills == 3
    assert _digest(edited) == before
    kept = Conflict.objects.filter(of_import=row)
    assert set(kept.values_list("party_id", "field", "kind")) == {(party, "city", "above") for party in edited}
    assert not Change.objects.filter(origin="import", origin_id=row.pk, undone_at__isnull=True).exists()


def _undo_with_kills(row: Import, hire: Callable[[], Popen[bytes]]) -> int:
    total = Change.objects.filter(origin="import", origin_id=row.pk).count()
    started = time.monotonic()
    job_id = start_undo(row=row, by=SYSTEM, at=timezone.now())
    kills = 0
    for share in (0.1, 0.5, 0.9):
        worker = hire()
        _wait(partial(_has_come_to, row, job_id, int(share * total)))
        if not _is_undone(row):
            worker.kill()
            worker.wait()
            kills += 1
    hire()
    _wait(partial(_is_undone, row))
    print(f"undo: {total / (time.monotonic() - started):.0f} values a second, three kills included")
    return kills
