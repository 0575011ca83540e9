from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fleuve.jobs import registry, schedule
from fleuve.jobs.models import Job, ScheduleState
from fleuve.jobs.schedules import enqueue_due_schedules
from fleuve.jobs.tests import kinds  # noqa: F401 declares the jobs
from fleuve.jobs.worker import run_until_idle

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _hourly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_repeats", {})
    schedule("test.nothing", cron="0 * * * *")
    enqueue_due_schedules(BEGIN)


def test_a_schedule_seen_for_the_first_time_starts_counting_and_runs_nothing() -> None:
    assert not Job.objects.exists()
    assert ScheduleState.objects.get().last_moment == BEGIN


def test_it_runs_at_its_moment_and_once() -> None:
    enqueue_due_schedules(BEGIN + timedelta(minutes=59))
    assert not Job.objects.exists()
    enqueue_due_schedules(BEGIN + timedelta(minutes=60))
    enqueue_due_schedules(BEGIN + timedelta(minutes=61))
    assert Job.objects.get().by.kind == "system"


def test_runs_missed_while_the_machine_slept_catch_up_once() -> None:
    enqueue_due_schedules(BEGIN + timedelta(days=3))
    enqueue_due_schedules(BEGIN + timedelta(days=3, minutes=1))
    assert Job.objects.count() == 1


def test_a_run_still_going_is_not_doubled_by_the_next_moment() -> None:
    enqueue_due_schedules(BEGIN + timedelta(hours=1))
    enqueue_due_schedules(BEGIN + timedelta(hours=2))
    assert Job.objects.count() == 1


def test_the_next_moment_runs_again_once_the_last_run_is_over() -> None:
    enqueue_due_schedules(BEGIN + timedelta(hours=1))
    run_until_idle()
    before = Job.objects.count()
    enqueue_due_schedules(datetime.now(UTC) + timedelta(hours=2))
    assert Job.objects.count() > before


def test_a_cron_that_cannot_be_read_is_refused_where_it_is_declared() -> None:
    with pytest.raises(ValueError, match="not a cron expression"):
        schedule("test.nothing", cron="every night")
