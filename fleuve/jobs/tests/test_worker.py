"""The worker's loop in this process, with its heartbeat thread, on a database that both see."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from fleuve.jobs import JobContext, chores, enqueue, register_chore
from fleuve.jobs import job as declare
from fleuve.jobs.actions.cancel_job import cancel_job
from fleuve.jobs.claim import claim
from fleuve.jobs.models import Job
from fleuve.jobs.tests.cast import ALICE
from fleuve.jobs.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@declare("test.computing")
def computing(context: JobContext, *, seconds: float) -> None:
    """Computes without ever looking at its context, then writes."""
    time.sleep(seconds)
    with context.transaction():
        pass


@declare("test.watching")
def watching(context: JobContext) -> None:
    """Tells progress for ten seconds at most."""
    for tick in range(500):
        context.progress(step="Watching", done=tick, total=500)
        time.sleep(0.02)


class _Thread:
    def __init__(self, lease_seconds: float = 30) -> None:
        self._stop = threading.Event()
        self._worker = Worker(["quick"], self._stop, lease_seconds=lease_seconds, grace_seconds=0.1)
        self._thread = threading.Thread(target=self._worker.run)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


@pytest.fixture
def work() -> Iterator[Callable[..., _Thread]]:
    threads: list[_Thread] = []

    def start(lease_seconds: float = 30) -> _Thread:
        threads.append(_Thread(lease_seconds))
        return threads[-1]

    yield start
    for thread in threads:
        thread.stop()


def _wait(job_id: int, until: Callable[[Job], bool], seconds: float = 15) -> Job:
    deadline = time.monotonic() + seconds
    while True:
        job = Job.objects.get(pk=job_id)
        if until(job):
            return job
        assert time.monotonic() < deadline, vars(job)
        time.sleep(0.02)


def test_the_heartbeat_keeps_the_lease_of_a_job_that_only_computes(work: Callable[..., _Thread]) -> None:
    job_id = enqueue("test.computing", by=ALICE, seconds=2.0)
    work(lease_seconds=0.9)
    work(lease_seconds=0.9)
    job = _wait(job_id, lambda job: job.finished_at is not None)
    assert (job.state, job.attempt) == ("succeeded", 1)


def test_progress_is_seen_while_the_job_runs_and_cancelling_stops_it(work: Callable[..., _Thread]) -> None:
    job_id = enqueue("test.watching", by=ALICE)
    work()
    job = _wait(job_id, lambda job: job.done > 0)
    assert (job.step, job.total, job.step_started_with) == ("Watching", 500, 0)
    asked = time.monotonic()
    cancel_job(job, by=ALICE, at=timezone.now())
    assert _wait(job_id, lambda job: job.finished_at is not None).state == "cancelled"
    assert time.monotonic() - asked < 3


def test_a_worker_that_stops_releases_its_job_with_its_progress(work: Callable[..., _Thread]) -> None:
    job_id = enqueue("test.watching", by=ALICE)
    worker = work()
    _wait(job_id, lambda job: job.state == "running")
    worker.stop()
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.worker, job.attempts_left) == ("queued", "", 5)


def test_a_locked_database_is_survived(work: Callable[..., _Thread], monkeypatch: pytest.MonkeyPatch) -> None:
    claims = {"refused": 0}

    def locked_at_first(*args: object, **kwargs: object) -> Job | None:
        if claims["refused"] < 2:
            claims["refused"] += 1
            raise OperationalError("database is locked")
        return claim(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("fleuve.jobs.worker.claim", locked_at_first)
    job_id = enqueue("test.computing", by=ALICE, seconds=0.0)
    work()
    assert _wait(job_id, lambda job: job.finished_at is not None).state == "succeeded"
    assert claims["refused"] == 2


def test_a_chore_that_fails_does_not_keep_jobs_from_running(
    work: Callable[..., _Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chores, "_chores", dict(chores._chores))

    def broken_chore(now: datetime) -> None:
        raise ValueError("not today")

    register_chore(broken_chore, every_seconds=0)
    job_id = enqueue("test.computing", by=ALICE, seconds=0.0)
    work()
    assert _wait(job_id, lambda job: job.finished_at is not None).state == "succeeded"


def test_a_job_is_run_soon_after_it_is_asked_for(work: Callable[..., _Thread]) -> None:
    work()
    time.sleep(0.3)
    job_id = enqueue("test.computing", by=ALICE, seconds=0.0)
    job = _wait(job_id, lambda job: job.finished_at is not None)
    assert job.started_at is not None
    assert job.started_at - job.enqueued_at < timedelta(seconds=1.5)


def test_a_worker_that_follows_one_job_begins_nothing_after_it() -> None:
    before = enqueue("test.computing", by=ALICE, seconds=0.0)
    followed = enqueue("test.computing", by=ALICE, seconds=0.0)
    after = enqueue("test.watching", by=ALICE)
    Worker(["quick"], threading.Event(), last=followed).run()
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {before: Job.State.SUCCEEDED, followed: Job.State.SUCCEEDED, after: Job.State.QUEUED}
