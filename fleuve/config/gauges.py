"""Gauges of the install as a whole: work, facts on their way, disk, backups. Each is one cheap question."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Avg, Count, F, Min, Model

from fleuve.config.home import Home
from fleuve.events.models import Event, Outbox
from fleuve.history.models import DirtyMonth
from fleuve.jobs.models import LIVE, Job
from fleuve.kernel.measures import register
from fleuve.search.models import Pending

__all__ = ["outbox_oldest_seconds", "register_gauges", "search_oldest_seconds"]

_RECENT: Final = timedelta(days=1)


def register_gauges() -> None:
    """Offer them all; modules offer theirs from ``apps.ready``."""
    gauges: tuple[tuple[str, str, Callable[[], float | Mapping[str, float]]], ...] = (
        ("jobs_waiting", "Jobs that are due and that no worker has taken, by queue.", _jobs_waiting),
        ("jobs_oldest_seconds", "How long the oldest due job has waited, by queue.", _jobs_oldest_seconds),
        ("jobs_running", "Jobs that a worker is at, by name.", _jobs_running),
        ("jobs_ended", "Jobs that ended within a day, by how they ended.", _jobs_ended),
        ("jobs_mean_seconds", "How long jobs of the last day took on average, by name.", _jobs_mean_seconds),
        ("outbox_waiting", "Facts not yet handed to their listeners.", lambda: Outbox.objects.count()),
        ("outbox_oldest_seconds", "Age of the oldest fact not yet handed on.", outbox_oldest_seconds),
        ("search_waiting", "Packets of changed subjects whose documents follow.", lambda: Pending.objects.count()),
        ("search_oldest_seconds", "How long the oldest of them has waited.", search_oldest_seconds),
        ("history_dirty_months", "Months to be exported again at the next rebuild.", _dirty_months),
        ("database_bytes", "Size of the database.", _database_bytes),
        ("database_log_bytes", "Size of the embedded database's write-ahead log; 0 on PostgreSQL.", _log_bytes),
        ("disk_free_bytes", "Room left on the disk of the data folder.", _disk_free),
        ("backup_age_seconds", "Age of the newest backup in the data folder; -1 when there is none.", _backup_age),
    )
    for name, explained, read in gauges:
        register(name, explained, read)


def outbox_oldest_seconds() -> float:
    """Age of the oldest fact that waits for its listeners; 0 when none does."""
    first = Outbox.objects.order_by("id").values_list("event_id", flat=True).first()
    at = Event.objects.filter(pk=first).values_list("at", flat=True).first() if first else None
    return _age(at) if at else 0.0


def search_oldest_seconds() -> float:
    """How long changed subjects have waited for their documents; 0 when none does."""
    at = Pending.objects.order_by("id").values_list("marked_at", flat=True).first()
    return _age(at) if at else 0.0


def _due() -> dict[str, tuple[int, datetime]]:
    now = datetime.now(UTC)
    rows = Job.objects.filter(state=Job.State.QUEUED, due_at__lte=now).values_list("queue")
    return {queue: (count, oldest) for queue, count, oldest in rows.annotate(Count("id"), Min("due_at"))}


def _jobs_waiting() -> dict[str, float]:
    return {"quick": 0.0, "heavy": 0.0} | {queue: float(count) for queue, (count, _oldest) in _due().items()}


def _jobs_oldest_seconds() -> dict[str, float]:
    return {"quick": 0.0, "heavy": 0.0} | {queue: _age(oldest) for queue, (_count, oldest) in _due().items()}


def _jobs_running() -> dict[str, float]:
    running = Job.objects.filter(state__in=LIVE, started_at__isnull=False).exclude(state=Job.State.QUEUED)
    return {name: float(count) for name, count in running.values_list("name").annotate(Count("id"))}


def _jobs_ended() -> dict[str, float]:
    states = [state.value for state in Job.State if state not in LIVE]
    since = datetime.now(UTC) - _RECENT
    ended = Job.objects.filter(state__in=states, finished_at__gte=since).values_list("state").annotate(Count("id"))
    return dict.fromkeys(states, 0.0) | {state: float(count) for state, count in ended}


def _jobs_mean_seconds() -> dict[str, float]:
    since = datetime.now(UTC) - _RECENT
    ended = Job.objects.filter(state=Job.State.SUCCEEDED, finished_at__gte=since, started_at__isnull=False)
    taken = ended.values_list("name").annotate(mean=Avg(F("finished_at") - F("started_at")))
    return {name: mean.total_seconds() for name, mean in taken}


def _dirty_months() -> float:
    return _count_distinct(DirtyMonth, "month")


def _count_distinct(model: type[Model], field: str) -> float:
    return float(model._default_manager.aggregate(found=Count(field, distinct=True))["found"])


def _database_bytes() -> float:
    if connection.vendor == "sqlite":
        return float(Path(connection.settings_dict["NAME"]).stat().st_size)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0])


def _log_bytes() -> float:
    if connection.vendor != "sqlite":
        return 0.0
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    return float(log.stat().st_size) if log.exists() else 0.0


def _disk_free() -> float:
    return float(shutil.disk_usage(settings.HOME).free)


def _backup_age() -> float:
    made = [path.stat().st_mtime for path in Home(settings.HOME).backups.glob("*.zip")]
    return datetime.now(UTC).timestamp() - max(made) if made else -1.0


def _age(at: datetime) -> float:
    return max(0.0, (datetime.now(UTC) - at).total_seconds())
