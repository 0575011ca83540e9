"""How many small jobs a second one worker takes, runs and ends: ``python -m bench.jobs [count]``.

On the database that ``FLEUVE_DATABASE_URL`` names, else on an SQLite file in a temporary folder; for PostgreSQL:
``python -m tests.postgres python -m bench.jobs``. The tables are made anew; point it at nothing you want to keep.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime

if not os.environ.get("FLEUVE_DATABASE_URL"):
    os.environ["FLEUVE_HOME"] = tempfile.mkdtemp(prefix="fleuve-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")


def main(count: int) -> None:
    """Enqueue ``count`` jobs of each kind, run them, print one line a measure."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, skip_checks=True)
    print(f"{datetime.now(UTC):%Y-%m-%d} {platform.machine()} {os.cpu_count()} cores, {connection.vendor}")
    for name in ("bench.nothing", "bench.atomic"):
        _measure(name, count)


def _declare() -> None:
    from fleuve.jobs import JobContext, job

    @job("bench.nothing")
    def nothing(context: JobContext) -> None:
        """Claim and end only: two commits."""

    @job("bench.atomic", atomic=True)
    def atomic(context: JobContext) -> None:
        """Claim, then work and end in one transaction."""


def _measure(name: str, count: int) -> None:
    from fleuve.jobs import enqueue
    from fleuve.jobs.worker import run_until_idle
    from fleuve.kernel.principal import SYSTEM

    _declare()
    began = time.perf_counter()
    for _ in range(count):
        enqueue(name, by=SYSTEM)
    asked = time.perf_counter()
    ran = run_until_idle(at_most=count)
    ended = time.perf_counter()
    assert ran == count, f"{ran} of {count} ran"
    print(f"{name}: {count / (asked - began):,.0f} enqueued/s, {count / (ended - asked):,.0f} run/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
