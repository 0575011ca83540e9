from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fleuve.jobs import enqueue
from fleuve.jobs.models import Job
from fleuve.jobs.tests import kinds  # noqa: F401 declares the jobs
from fleuve.jobs.tests.cast import ALICE
from fleuve.jobs.tests.hands import LEASE, lapse, take, take_or_none

pytestmark = pytest.mark.django_db


def test_the_job_due_first_is_taken_first() -> None:
    now = timezone.now()
    later = enqueue("test.nothing", by=ALICE, run_at=now - timedelta(minutes=1))
    sooner = enqueue("test.nothing", by=ALICE, run_at=now - timedelta(minutes=2))
    assert [take().pk, take().pk, take_or_none()] == [sooner, later, None]


def test_a_job_planned_for_later_waits() -> None:
    now = timezone.now()
    enqueue("test.nothing", by=ALICE, run_at=now + timedelta(hours=1))
    assert take_or_none(now=now + timedelta(minutes=59)) is None
    assert take_or_none(now=now + timedelta(minutes=61)) is not None


def test_a_claim_counts_the_attempt_and_sets_the_lease() -> None:
    enqueue("test.nothing", by=ALICE)
    now = timezone.now()
    job = take(now=now)
    assert (job.state, job.attempt, job.attempts_left, job.due_at - now) == ("running", 1, 4, LEASE)
    assert job.started_at == now


def test_a_running_job_is_left_alone_until_its_lease_has_run_out() -> None:
    enqueue("test.nothing", by=ALICE)
    job = take()
    assert take_or_none() is None
    lapse(job)
    assert (again := take()).pk == job.pk
    assert again.attempt == 2


def test_a_worker_takes_only_from_its_own_queues() -> None:
    heavy = enqueue("test.steps", by=ALICE, count=1, pause=0.0)
    assert take_or_none("quick") is None
    assert take("heavy").pk == heavy


def test_an_idle_worker_only_reads() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert take_or_none() is None
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_the_claim_finds_its_job_by_the_index() -> None:
    now = timezone.now()
    jobs = [Job(name="test.nothing", queue="quick", due_at=now, attempts_left=1, enqueued_at=now) for _ in range(500)]
    Job.objects.bulk_create(jobs)
    Job.objects.filter(pk__gt=jobs[5].pk).update(state="succeeded")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE jobs_job")
        cursor.execute(
            ("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ")
            + "SELECT id FROM jobs_job WHERE state IN ('queued', 'running') AND queue IN ('quick') "
            "AND due_at <= %s ORDER BY due_at, id LIMIT 1",
            [connection.ops.adapt_datetimefield_value(now)],
        )
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "jobs_due" in plan
    if connection.vendor == "sqlite":
        assert "TEMP B-TREE" not in plan
