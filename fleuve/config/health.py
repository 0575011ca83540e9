"""Health: ``/health/live`` says that the process answers, ``/health/ready`` that it can do its work.

What is behind without being broken (facts not handed on, documents not yet searched) is a warning: the answer stays 200
and says "degraded", because taking such a server away would help nobody.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from fleuve.config import gauges
from fleuve.config.durability import DurabilityRefused, check_durability, read_durability
from fleuve.jobs.models import LIVE, Job
from fleuve.kernel.guard import public

__all__ = ["live", "ready"]

_LEAST_FREE_BYTES = 256 * 1024 * 1024
_LONGEST_WAIT = timedelta(minutes=3)
_LONGEST_BEHIND_SECONDS = 5 * 60


@public
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; asks nothing else of anybody."""
    return JsonResponse({"status": "live"})


@public
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database keeps its promise and schema, a worker and the disk are there; 503 with what is not."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database_answers,
        "durability": _writes_survive,
        "migrations": _schema_is_current,
        "worker": _work_is_taken,
        "disk": _disk_has_room,
    }
    results = {name: _holds(check) for name, check in checks.items()}
    is_ready = all(results.values())
    warnings = _warnings() if results["database"] else {}
    status = "not ready" if not is_ready else "ready" if all(warnings.values()) else "degraded"
    body: dict[str, object] = {"status": status, "checks": results, "warnings": warnings}
    if results["database"]:
        # What this very process reads, so that an operator need not believe the settings.
        body["durability"] = read_durability().as_dict()
    return JsonResponse(body, status=200 if is_ready else 503)


def _warnings() -> dict[str, bool]:
    """True where what follows a save in the background is not far behind."""
    ages: dict[str, Callable[[], float]] = {
        "outbox": gauges.outbox_oldest_seconds,
        "search": gauges.search_oldest_seconds,
    }
    return {name: _holds(lambda age=age: age() < _LONGEST_BEHIND_SECONDS) for name, age in ages.items()}  # type: ignore[misc]


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, OSError, DurabilityRefused):
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        row = cursor.fetchone()
    return row is not None and row[0] == 1


def _writes_survive() -> bool:
    check_durability()
    return True


def _schema_is_current() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _work_is_taken() -> bool:
    """No job has been due for minutes without a worker taking it: seen from any host, whoever runs the workers."""
    return not Job.objects.filter(state__in=LIVE, due_at__lt=datetime.now(UTC) - _LONGEST_WAIT).exists()


def _disk_has_room() -> bool:
    return shutil.disk_usage(settings.HOME).free > _LEAST_FREE_BYTES
