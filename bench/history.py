"""How long derived history takes for a given number of lines: ``dev.py bench history [LINES] [--database]``.

Without ``--database`` the monthly exports are generated as columns, so ten million lines need no database of two
gigabytes; with it, lines are inserted, exported and derived, which is what a first import costs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

_MONTHS = 24
_LINES_PER_PURCHASE = 20
_SHARE_OF_CREDITS = 0.02
_SHARE_WITHOUT_CUSTOMER = 0.15


def main() -> int:
    """Print one JSON object with the figures and the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--database", action="store_true", help="through the embedded database")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fleuve-bench-") as home:
        os.environ["FLEUVE_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")
        _start_django()
        figures = _through_database(told.lines) if told.database else _from_columns(told.lines, Path(home))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(json.dumps({"lines": told.lines, **figures, "peak_mb": peak_mb, "machine": machine}, indent=2))
    return 0


def _start_django() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _from_columns(lines: int, home: Path) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fleuve.history.derivation import Dimensions, derive
    from fleuve.history.export import LINE_SCHEMA, PURCHASE_SCHEMA
    from fleuve.history.store import base_files, base_folder, derived_folder

    base_folder().mkdir(parents=True)
    rng = np.random.default_rng(20111209)
    customers = max(lines // 100, 10)
    names = []
    for index in range(_MONTHS):
        name = f"{201001 + 100 * (index // 12) + index % 12}-bench"
        line_table, purchase_table = _month(rng, lines // _MONTHS, customers, index)
        for table, schema, path in zip(
            (line_table, purchase_table), (LINE_SCHEMA, PURCHASE_SCHEMA), base_files(name), strict=True
        ):
            pq.write_table(pa.table(table).cast(schema), path, compression="zstd")
        names.append(name)
    dimensions = Dimensions(**_dimensions(customers))
    started, processor = time.perf_counter(), time.process_time()
    derive(names, dimensions, derived_folder("derived-bench"))
    taken = time.perf_counter() - started
    return {
        "customers": customers,
        "derive_seconds": round(taken, 2),
        "derive_processor_seconds": round(time.process_time() - processor, 2),
        "lines_per_second": round(lines / taken),
        "base_mb": _size_mb(base_folder()),
        "derived_mb": _size_mb(derived_folder("derived-bench")),
    }


def _month(rng: np.random.Generator, lines: int, customers: int, index: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns of a month: quantities and prices as a wholesaler has them, credits of what was bought before."""
    purchases = max(lines // _LINES_PER_PURCHASE, 1)
    offset = index * (purchases + 1)
    purchase = offset + rng.integers(0, purchases, lines)
    is_credit = rng.random(purchases) < _SHARE_OF_CREDITS
    quantity = rng.integers(1, 25, lines) * 1000 * np.where(is_credit[purchase - offset], -1, 1)
    price = rng.integers(50, 2_000, lines) * 100
    # A customer buys from a small range of products, so that credits find something to take back.
    record = rng.integers(1, customers + 1, purchases)
    product = (record[purchase - offset] * 7 + rng.integers(0, 12, lines)) % 5_000 + 1
    month_start = (np.datetime64(f"{2010 + index // 12}-{index % 12 + 1:02}-01") - np.datetime64("1970-01-01")).astype(
        int
    )
    day = month_start + rng.integers(0, 28, purchases)
    line_columns = {
        "line_id": index * (lines + 1) + np.arange(lines),
        "purchase_id": purchase,
        "ordinal": np.arange(lines) % 1_000,
        "product_id": product,
        "quantity_e3": quantity,
        "unit_price_e4": price,
        "amount": quantity // 1000 * price // 100,
        "cost": [None] * lines,
        "import_row": np.arange(lines),
    }
    purchase_columns = {
        "purchase_id": offset + np.arange(purchases),
        "source_id": np.ones(purchases, np.int64),
        "record_id": np.where(rng.random(purchases) < _SHARE_WITHOUT_CUSTOMER, -1, record),
        "number": [str(number) for number in range(offset, offset + purchases)],
        "is_credit": is_credit.astype(np.int32),
        "status": [""] * purchases,
        "at_seconds": day * 86_400 + rng.integers(28_800, 64_800, purchases),
        "day_number": day,
        "month": np.full(purchases, 201001 + 100 * (index // 12) + index % 12),
    }
    return line_columns, purchase_columns


def _dimensions(customers: int) -> dict[str, Any]:
    import pyarrow as pa

    from fleuve.history.dimensions import read_dimensions
    from fleuve.history.export import snapshot

    with snapshot() as reader:
        empty = read_dimensions(reader)
    ids = np.arange(1, customers + 1)
    blank = [""] * customers
    records = {
        "record_id": ids,
        "party_id": ids,
        "special": blank,
        "special_by": blank,
        "name": blank,
        "customer_since": pa.nulls(customers, pa.int32()),
        "kind": ["unknown"] * customers,
        "country": blank,
    }
    products = {
        "product_id": np.arange(1, 5_001),
        "source_id": np.ones(5_000, np.int64),
        "code": [str(code) for code in range(5_000)],
        "name": [""] * 5_000,
        "category": [""] * 5_000,
        "kind": ["product"] * 5_000,
    }
    return {
        "records": pa.table(records).cast(empty.records.schema),
        "products": pa.table(products).cast(empty.products.schema),
        "settings": empty.settings,
        "counted_kinds": empty.counted_kinds,
        "category_margins": empty.category_margins,
    }


def _through_database(lines: int) -> dict[str, Any]:
    from fleuve.history.actions import rebuild_history
    from fleuve.history.tests.bulk import insert
    from fleuve.kernel.principal import SYSTEM
    from fleuve.parties.models import Source
    from fleuve.touchpoints.models import Purchase, PurchaseLine

    now = datetime.now(UTC)
    source = Source.objects.create(key="bench", name="Bench", created_at=now)
    rng = np.random.default_rng(20111209)
    for index in range(_MONTHS):
        month = 201001 + 100 * (index // 12) + index % 12
        line, purchase = _month(rng, lines // _MONTHS, 10, index)
        insert(
            Purchase,
            (
                "id",
                "source_id",
                "number",
                "kind",
                "status",
                "at",
                "recorded_at",
                "local_day",
                "local_month",
                "currency",
            ),
            (
                (int(pk), source.pk, number, "sale", "", f"{day} 10:00:00", str(now), str(day), month, "EUR")
                for pk, number, day in zip(
                    purchase["purchase_id"],
                    purchase["number"],
                    purchase["day_number"].astype("datetime64[D]"),
                    strict=True,
                )
            ),
        )
        columns = ("line_id", "purchase_id", "quantity_e3", "unit_price_e4", "amount", "amount", "import_row")
        rows = zip(*(line[name].tolist() for name in columns), range(lines // _MONTHS), strict=True)
        insert(
            PurchaseLine,
            ("id", "purchase_id", "quantity_e3", "unit_price_e4", "amount", "amount_home", "import_row", "ordinal"),
            rows,
        )
    done = rebuild_history(by=SYSTEM, at=now)
    return {
        "export_seconds": round(done.seconds_export, 2),
        "derive_seconds": round(done.seconds_derive, 2),
        "export_lines_per_second": round(done.lines / done.seconds_export),
    }


def _size_mb(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


if __name__ == "__main__":
    sys.exit(main())
