"""How long ``fleuve value`` takes for a given number of customers: ``bin/bench value [--customers N] [--keep FOLDER]``.

A fresh home on SQLite is filled with customers, ten purchases each over two years (one in two hundred taken back), and
its history is derived; then the real command runs in a process of its own, from derived history to stored values, list
rows, month-ends and bridges. The clock of ``value_seconds`` runs over that whole process, its start included; history
is built already (``derive_seconds`` says what building it took), as it is for whoever values every night.

While it runs, this process saves a page's worth of writing every fifth of a second, as somebody at work would:
``slowest_save_ms`` is the longest that one of them had to wait.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from _purchases import purchases_of

IntArray = npt.NDArray[np.int64]
_ROOT = Path(__file__).resolve().parent.parent
_SHARE_TAKEN_BACK = 0.005
_PRODUCTS = 500
_MADE_AT = "2025-01-01 00:00:00+00:00"
_BATCH = 100_000


def main() -> int:
    """Print one JSON object with the figures and the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="keep the filled home here, and use it again")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fleuve-bench-") as scratch:
        home = Path(scratch) / "home"
        figures = _filled_home(told.customers, told.keep or home)
        if told.keep:
            shutil.copytree(told.keep, home)
        figures |= _timed(home)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(json.dumps({"customers": told.customers, **figures, "machine": machine}, indent=2))
    return 0


def _filled_home(customers: int, home: Path) -> dict[str, Any]:
    os.environ["FLEUVE_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")
    made = home / "bench.json"
    if made.exists():
        return dict(json.loads(made.read_text()))
    home.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    purchases = pq.read_table(purchases_of(customers, home / "made"))
    party = np.unique(purchases["customer"].to_numpy())
    _insert_customers(party)
    figures = {"purchases": len(purchases), "derive_seconds": _derive(purchases, party)}
    shutil.rmtree(home / "made")
    made.write_text(json.dumps(figures))
    return figures


def _insert_customers(party: IntArray) -> None:
    """Customers and their list rows, as an import leaves them."""
    from django.db import connection, transaction

    from fleuve.accounts.models import Organisation
    from fleuve.parties.models import PartyCard

    Organisation.objects.create(name="The bench", currency="EUR", timezone="UTC", created_at=_MADE_AT)
    blank = {field.attname: field.get_default() for field in PartyCard._meta.concrete_fields}
    cards = f"INSERT INTO parties_partycard ({', '.join(blank)}) VALUES ({', '.join('?' * len(blank))})"
    for start in range(0, party.size, _BATCH):
        some = party[start : start + _BATCH].tolist()
        with transaction.atomic(), connection.cursor() as cursor:
            plain = cursor.connection
            parties = ((number, _MADE_AT) for number in some)
            plain.executemany("INSERT INTO parties_party (id, kind, created_at) VALUES (?, 'unknown', ?)", parties)
            plain.executemany(cards, (tuple((blank | _card(number)).values()) for number in some))


def _card(number: int) -> dict[str, object]:
    name, email = f"Customer {number}", f"customer{number}@example.org"
    return {
        "party_id": number,
        "name": name,
        "name_folded": name.lower(),
        "customer_number": str(number),
        "country": "France",
        "city": "Lyon",
        "email": email,
        "search_text": f"customer {number} {email} lyon france",
        "updated_at": _MADE_AT,
    }


def _derive(purchases: pa.Table, party: IntArray) -> float:
    """Write monthly exports of the purchases and derive the history from them, as a rebuild does."""
    from django.utils import timezone

    from fleuve.history.derivation import derive
    from fleuve.history.dimensions import fingerprint
    from fleuve.history.facts import read_facts
    from fleuve.history.models import Generation
    from fleuve.history.store import base_folder, derived_folder

    base_folder().mkdir(parents=True)
    names = _write_months(purchases)
    began = time.perf_counter()
    derive(names, _dimensions(party), derived_folder("derived-bench"))
    taken = time.perf_counter() - began
    # No month is named, because no purchase is in the database either: a rebuild finds nothing to do.
    Generation.objects.create(
        number=1,
        folder="derived-bench",
        months={},
        fingerprint=fingerprint(),
        facts=read_facts(derived_folder("derived-bench")),
        made_at=timezone.now(),
    )
    shutil.rmtree(base_folder())
    return round(taken, 1)


def _write_months(purchases: pa.Table) -> list[str]:
    from fleuve.history.export import LINE_SCHEMA, PURCHASE_SCHEMA
    from fleuve.history.store import base_files

    rng = np.random.default_rng(20241231)
    day = purchases["day"].cast(pa.int32()).to_numpy().astype(np.int64)
    customer = purchases["customer"].to_numpy()
    money = np.rint(purchases["spend"].to_numpy() * 100).astype(np.int64)
    back = np.flatnonzero((rng.random(day.size) < _SHARE_TAKEN_BACK) & (day < day.max() - 40))
    numbers = np.concatenate([np.arange(day.size), day.size + np.arange(back.size)])
    of = np.concatenate([np.arange(day.size), back])
    sign = np.where(numbers < day.size, 1, -1)
    when = np.concatenate([day, day[back] + rng.integers(1, 40, back.size)])
    month = when.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    names = []
    for each in np.unique(month).tolist():
        rows = np.flatnonzero(month == each)
        name = f"{(1970 + each // 12) * 100 + each % 12 + 1}-bench"
        sold, seller = of[rows], customer[of[rows]]
        lines = {
            "line_id": numbers[rows],
            "purchase_id": numbers[rows],
            "ordinal": np.ones(rows.size, np.int32),
            "product_id": seller % _PRODUCTS + 1,
            "quantity_e3": 1000 * sign[rows],
            "unit_price_e4": money[sold] * 100,
            "amount": money[sold] * sign[rows],
            "cost": pa.nulls(rows.size, pa.int64()),
            "import_row": np.zeros(rows.size, np.int32),
        }
        documents = {
            "purchase_id": numbers[rows],
            "source_id": np.ones(rows.size, np.int64),
            "record_id": seller,
            "number": pc.cast(pa.array(numbers[rows]), pa.string()),
            "is_credit": (sign[rows] < 0).astype(np.int32),
            "status": np.full(rows.size, ""),
            "at_seconds": when[rows] * 86_400 + 43_200,
            "day_number": when[rows].astype(np.int32),
            "month": np.full(rows.size, int(name[:6]), np.int32),
        }
        for columns, schema, path in zip(
            (lines, documents), (LINE_SCHEMA, PURCHASE_SCHEMA), base_files(name), strict=True
        ):
            pq.write_table(pa.table(columns).cast(schema), path, compression="zstd")
        names.append(name)
    return names


def _dimensions(party: IntArray) -> Any:
    from dataclasses import replace

    from fleuve.history.dimensions import read_dimensions
    from fleuve.history.export import snapshot

    with snapshot() as reader:
        empty = read_dimensions(reader)
    blank = np.full(party.size, "")
    records = {
        "record_id": party,
        "party_id": party,
        "special": blank,
        "special_by": blank,
        "name": blank,
        "customer_since": pa.nulls(party.size, pa.int32()),
        "kind": np.full(party.size, "unknown"),
        "country": blank,
    }
    products = {
        "product_id": np.arange(1, _PRODUCTS + 1),
        "source_id": np.ones(_PRODUCTS, np.int64),
        "code": [str(code) for code in range(_PRODUCTS)],
        "name": [""] * _PRODUCTS,
        "category": [""] * _PRODUCTS,
        "kind": ["product"] * _PRODUCTS,
    }
    return replace(
        empty,
        records=pa.table(records).cast(empty.records.schema),
        products=pa.table(products).cast(empty.products.schema),
    )


def _timed(home: Path) -> dict[str, Any]:
    environment = os.environ | {"FLEUVE_HOME": str(home), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "fleuve.cli", "value", "--json"]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        waits, peak_mb = _save_meanwhile(home, process)
        told = process.communicate()[0]
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"fleuve value ended with {process.returncode}: {told}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "value_seconds": round(seconds, 1),
        "value_processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        "value_peak_mb": round(peak_mb),
        "saves": len(waits),
        "slowest_save_ms": round(1000 * max(waits, default=0.0)),
        "database_mb": round(sum(file.stat().st_size for file in home.glob("*.sqlite3*")) / 1e6),
        "told": json.loads(told),
    }


def _save_meanwhile(home: Path, process: subprocess.Popen[str]) -> tuple[list[float], float]:
    """Save one small row again and again, as a page does; how long each save took, and the most that the command held.

    Memory is read from the kernel: what a child's usage says would count what this process held when it started it.
    """
    import sqlite3

    waits, peak_mb = [], 0.0
    with sqlite3.connect(next(home.glob("*.sqlite3")), timeout=30, isolation_level=None) as database:
        database.execute("PRAGMA synchronous=FULL")
        while process.poll() is None:
            began = time.perf_counter()
            database.execute("UPDATE accounts_organisation SET name = 'The bench'")
            waits.append(time.perf_counter() - began)
            with suppress(OSError, IndexError):  # it may have ended since
                peak_mb = max(peak_mb, _most_held_mb(process.pid))
            time.sleep(0.2)
    return waits, peak_mb


def _most_held_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
