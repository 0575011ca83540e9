"""How fast files come in: ``python -m bench.imports``.

For PostgreSQL: ``python -m tests.postgres python -m bench.imports``.

Half a million purchase lines of the shape of a wholesaler's invoices, then customers with an e-mail address, a phone
number, a postal address and a refusal each; checking, mapping, matching and undo are on. Wall and processor time, the
job alone, until the last row is committed. The tables are made anew; point it at nothing you want to keep.
"""

from __future__ import annotations

import os
import platform
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

os.environ["FLEUVE_HOME"] = tempfile.mkdtemp(prefix="fleuve-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")


def main(lines: int, customers: int) -> None:
    """Write both files, import them, import the first again, undo it; print a line for each."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, skip_checks=True)
    folder = Path(settings.HOME)
    (folder / "uploads").mkdir(exist_ok=True)
    machine = f"{platform.machine()} {os.cpu_count()} cores, {connection.vendor}, load {os.getloadavg()[0]:.1f}"
    print(f"{datetime.now(UTC):%Y-%m-%d} {machine}")
    sales = _write_sales(folder / "sales.csv", lines)
    row = _bring("purchase lines", sales, lines)
    _bring("the same lines again", sales, lines)
    _undo(row, lines)
    _bring("customers", _write_customers(folder / "customers.csv", customers), customers)


def _bring(label: str, path: Path, count: int) -> int:
    from fleuve.imports.actions import import_file
    from fleuve.kernel.principal import SYSTEM

    now = datetime.now(UTC)
    began = time.perf_counter()
    row = import_file(path=path, source=path.stem, answers={"currency": "EUR"}, takes_proposals=True, by=SYSTEM, at=now)
    print(f"{label}: looked at and checked in {time.perf_counter() - began:.1f} s")
    _work(label, count)
    return row.pk


def _undo(import_id: int, count: int) -> None:
    from fleuve.imports.actions import start_undo
    from fleuve.imports.models import Import
    from fleuve.kernel.principal import SYSTEM

    start_undo(row=Import.objects.get(pk=import_id), by=SYSTEM, at=datetime.now(UTC))
    _work("undo", count)


def _work(label: str, count: int) -> None:
    from fleuve.imports import revaluation
    from fleuve.jobs.worker import run_until_idle

    setattr(revaluation, "enqueue", lambda *_, **__: 0)  # noqa: B010  valuing has a bench of its own
    began, processor = time.perf_counter(), time.process_time()
    run_until_idle(queues=("heavy",))
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    print(f"{label}: {count:,} in {seconds:.1f} s ({processor:.1f} s of processor), {count / seconds:,.0f} a second")


def _write_sales(path: Path, lines: int) -> Path:
    rng = random.Random(1)
    with path.open("w") as stream:
        stream.write("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n")
        for line in range(lines):
            order = line // 21
            customer = (order * 7919) % (lines // 125 + 1)
            item = rng.randrange(4000)
            day = f"20{22 + order % 3}-{1 + order % 12:02d}-{1 + order % 28:02d} {8 + order % 10:02d}:{order % 60:02d}"
            stream.write(
                f"{500_000 + order},{20_000 + item},ITEM {item} OF MANY,{rng.randrange(1, 25)},{day},"
                f"{rng.randrange(20, 2000) / 100},{customer + 12_000},United Kingdom\n"
            )
    return path


def _write_customers(path: Path, customers: int) -> Path:
    rng = random.Random(2)
    with path.open("w", encoding="utf-8") as stream:
        stream.write("Code client;Prénom;Nom;E-mail;Téléphone;Adresse;Code postal;Ville;Pays;Newsletter\n")
        for number in range(customers):
            phone = (
                f"06 {rng.randrange(10, 29)} {rng.randrange(10, 99)} {rng.randrange(10, 99)} {rng.randrange(10, 99)}"
            )
            stream.write(
                f"C{number:06d};Chloé;Martin {number % 977};client{number}@mail{number % 9}.fr;{phone};"
                f"{number % 90} rue de la Paix;{10_000 + number % 85_000};Lyon;France;{rng.choice(('oui', 'non'))}\n"
            )
    return path


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]) if len(sys.argv) > 2 else (500_000, 30_000))
