"""A real worker, really killed half-way through a file, and another that goes on; and pages that save meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from subprocess import Popen

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from fleuve.accounts.actions import configure_organisation
from fleuve.imports.actions import import_file, run_plan_now
from fleuve.imports.models import Import, Plan
from fleuve.imports.places import inbox_path
from fleuve.imports.tests.conftest import NOW
from fleuve.imports.tests.place import a_plan, put
from fleuve.jobs.models import Job
from fleuve.jobs.tests.worker_process import start_worker
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.models import PartyCard, Record, Source
from fleuve.touchpoints.models import Purchase, PurchaseLine

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]

_LINES, _ORDERS, _CUSTOMERS = 120_000, 24_000, 1_500
_CHECKED = ("rows", "lines", "lines_created", "purchases_created", "parties_created", "contact_details", "refusals")


@pytest.fixture
def queued(tmp_path: Path) -> Import:
    """A file of 120,000 lines, ready to be imported."""
    configure_organisation(name="Rive droite", currency="EUR", timezone="Europe/Paris", by=SYSTEM, at=NOW)
    path = tmp_path / "sales.csv"
    with path.open("w") as stream:
        stream.write("Invoice,Date,Customer,E-mail,Newsletter,Item,Qty,Price\n")
        for line in range(_LINES):
            order = line * _ORDERS // _LINES
            customer = order % _CUSTOMERS
            day = f"2024-{1 + order % 12:02d}-{1 + order % 28:02d}"
            stream.write(f"F{order},{day},{customer},c{customer}@example.org,no,A{line % 50},{1 + line % 3},2.50\n")
    return import_file(path=path, takes_proposals=True, by=SYSTEM, at=NOW)


@pytest.fixture
def hire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Popen[bytes]]]:
    """Start workers on this test's data folder; none outlives the test."""
    monkeypatch.setenv("FLEUVE_HOME", str(settings.HOME))
    workers: list[Popen[bytes]] = []

    def start(queues: str = "heavy") -> Popen[bytes]:
        workers.append(start_worker(queues, 2.0, tmp_path / f"worker-{len(workers)}.log"))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


def _wait(until: Callable[[], bool], seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, list(Job.objects.values("name", "state", "error", "checkpoint"))
        time.sleep(0.02)


def _is_imported(row: Import) -> bool:
    return Import.objects.filter(pk=row.pk, state=Import.State.IMPORTED).exists()


def _has_come_to(row: Import, lines: int) -> bool:
    return PurchaseLine.objects.count() > lines or _is_imported(row)


def test_killed_three_times_an_import_ends_with_exact_counts(queued: Import, hire: Callable[[], Popen[bytes]]) -> None:
    kills = 0
    for share in (0.2, 0.45, 0.7):
        worker = hire()
        _wait(partial(_has_come_to, queued, int(share * _LINES)))
        if not _is_imported(queued):
            worker.kill()
            worker.wait()
            kills += 1
    hire()
    _wait(lambda: _is_imported(queued))
    assert kills >= 2
    queued.refresh_from_db()
    assert (PurchaseLine.objects.count(), Purchase.objects.count()) == (_LINES, _ORDERS)
    assert (Record.objects.count(), PartyCard.objects.count()) == (_CUSTOMERS, _CUSTOMERS)
    expected = sum((1 + line % 3) * 250 for line in range(_LINES))
    assert PurchaseLine.objects.aggregate(total=Sum("amount"))["total"] == expected
    assert queued.result is not None
    assert {name: queued.result[name] for name in _CHECKED} == {
        "rows": _LINES, "lines": _LINES, "lines_created": _LINES, "purchases_created": _ORDERS,
        "parties_created": _CUSTOMERS, "contact_details": _CUSTOMERS, "refusals": _CUSTOMERS,
    }  # fmt: skip


def test_a_page_saves_within_a_second_while_a_file_is_imported(
    queued: Import, hire: Callable[[], Popen[bytes]]
) -> None:
    source = Source.objects.create(key="page", name="A page", created_at=NOW)
    hire()
    _wait(lambda: PurchaseLine.objects.exists())
    waits: list[float] = []
    while not _is_imported(queued) and len(waits) < 2000:
        started = time.perf_counter()
        with transaction.atomic():
            Source.objects.filter(pk=source.pk).update(name=f"A page saved {len(waits)}")
        waits.append(time.perf_counter() - started)
        time.sleep(0.002)
    waits.sort()
    assert len(waits) >= 100
    assert waits[int(len(waits) * 0.99)] < 1.0, (connection.vendor, waits[-5:])


def _has_brought(plan: Plan, files: int) -> bool:
    return Import.objects.filter(plan=plan).count() > files


def _has_come(start: str) -> bool:
    return Record.objects.filter(external_id__startswith=start).exists()


def test_a_plan_killed_again_and_again_brings_each_file_once(
    hire: Callable[..., Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path / "home")
    monkeypatch.setenv("FLEUVE_HOME", str(settings.HOME))
    configure_organisation(name="Rive droite", currency="EUR", timezone="Europe/Paris", by=SYSTEM, at=NOW)
    head, files, people = "Customer number;Name;E-mail;City\n", 2, 4_000
    first = tmp_path / "first.csv"
    first.write_text(f"{head}A;Ada;ada@example.org;Lyon\n")
    import_file(path=first, source="Shop", takes_proposals=True, by=SYSTEM, at=NOW)
    plan = a_plan()
    for file in range(files):
        rows = (f"C{file}-{row};Person {row};c{file}-{row}@example.org;Nice\n" for row in range(people))
        put(f"file-{file}.csv", head + "".join(rows), age=600 - file)
    run_plan_now(plan=plan, by=SYSTEM, at=NOW)

    def brought() -> set[tuple[str, str]]:
        return set(Import.objects.filter(plan=plan).values_list("file_name", "state"))

    kills = 0
    for moment in range(files):
        worker = hire("quick,heavy")
        # as soon as the file is there, and half-way through it: another step of the run each time
        _wait(partial(_has_brought, plan, moment))
        time.sleep(0.15 * moment)
        worker.kill()
        worker.wait()
        kills += 1
        worker = hire("quick,heavy")
        _wait(partial(_has_come, f"C{moment}-"))
        worker.kill()
        worker.wait()
        kills += 1
    hire("quick,heavy")
    _wait(lambda: brought() == {(f"file-{file}.csv", "imported") for file in range(files)})
    _wait(lambda: len(list((inbox_path("shop") / "done").iterdir())) == files)
    assert kills == 2 * files
    assert Import.objects.filter(plan=plan).count() == files
    assert Record.objects.filter(external_id__startswith="C").count() == files * people
