from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from fleuve.events.models import Event
from fleuve.jobs import enqueue
from fleuve.jobs.actions.cancel_job import cancel_job
from fleuve.jobs.actions.prune_jobs import prune_jobs
from fleuve.jobs.actions.retry_job import retry_job
from fleuve.jobs.errors import UnableToSteer
from fleuve.jobs.models import Job
from fleuve.jobs.tests import kinds  # noqa: F401 declares the jobs
from fleuve.jobs.tests.cast import ALICE, BOB, CAROL
from fleuve.jobs.tests.hands import run, take, take_or_none
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM

pytestmark = pytest.mark.django_db


def _job(name: str = "test.nothing") -> Job:
    return Job.objects.get(pk=enqueue(name, by=ALICE))


def test_a_waiting_job_is_cancelled_at_once_with_its_event() -> None:
    job = _job()
    cancel_job(job, by=ALICE, at=timezone.now())
    assert job.state == "cancelled"
    assert take_or_none() is None
    event = Event.objects.get()
    assert (event.name, event.subject_id, event.by) == ("jobs.job_cancelled", str(job.pk), ALICE)


def test_a_running_job_stops_at_its_next_look_at_the_context() -> None:
    _job("test.impatient")
    job = take()
    cancel_job(job, by=ALICE, at=timezone.now())
    assert job.state == "running"
    ended = run(Job.objects.get())
    assert (ended.state, ended.step) == ("cancelled", "")


def test_cancelling_twice_changes_nothing_more() -> None:
    job = _job()
    cancel_job(job, by=ALICE, at=timezone.now())
    cancel_job(job, by=ALICE, at=timezone.now())
    assert Event.objects.count() == 1


def test_a_job_that_ended_cannot_be_cancelled() -> None:
    job = _job()
    run_until_idle()
    with pytest.raises(UnableToSteer, match="already ended"):
        cancel_job(job, by=ALICE, at=timezone.now())


@pytest.mark.parametrize("stranger", [BOB, CAROL])
def test_who_neither_operates_nor_asked_may_not_cancel_or_retry(stranger: object) -> None:
    job = _job()
    for steer in (cancel_job, retry_job):
        with pytest.raises(PermissionRefused):
            steer(job, by=stranger, at=timezone.now())  # type: ignore[arg-type]
    assert not Event.objects.exists()


def test_whoever_asked_may_cancel() -> None:
    job = Job.objects.get(pk=enqueue("test.nothing", by=BOB))
    cancel_job(job, by=BOB, at=timezone.now())
    assert job.state == "cancelled"


def test_a_dead_letter_is_retried_with_all_its_attempts() -> None:
    _job("test.refused")
    job = run(take())
    retry_job(job, by=ALICE, at=timezone.now())
    assert (job.state, job.attempts_left, job.finished_at) == ("queued", 5, None)
    assert Event.objects.filter(name="jobs.job_retried").count() == 1


def test_a_cancelled_job_that_is_retried_is_cancelled_no_more() -> None:
    job = _job()
    cancel_job(job, by=ALICE, at=timezone.now())
    retry_job(job, by=ALICE, at=timezone.now())
    assert run(take()).state == "succeeded"


def test_what_has_not_failed_cannot_be_retried() -> None:
    with pytest.raises(UnableToSteer, match="Only failed or cancelled"):
        retry_job(_job(), by=ALICE, at=timezone.now())


def test_a_retry_beside_a_live_job_of_the_same_key_is_refused() -> None:
    first = Job.objects.get(pk=enqueue("test.nothing", by=ALICE, unique_key="one"))
    cancel_job(first, by=ALICE, at=timezone.now())
    enqueue("test.nothing", by=ALICE, unique_key="one")
    with pytest.raises(UnableToSteer, match="already waiting or running"):
        retry_job(first, by=ALICE, at=timezone.now())


def test_jobs_that_ended_long_ago_are_forgotten_and_dead_letters_kept_longer() -> None:
    done, dead = _job(), _job()
    live = _job()
    long_ago = timezone.now() - timedelta(days=31)
    Job.objects.filter(pk=done.pk).update(state="succeeded", finished_at=long_ago)
    Job.objects.filter(pk=dead.pk).update(state="failed", finished_at=long_ago)
    assert prune_jobs(by=SYSTEM, at=timezone.now()) == 1
    assert prune_jobs(by=SYSTEM, at=timezone.now()) == 0
    assert set(Job.objects.values_list("pk", flat=True)) == {dead.pk, live.pk}
    assert prune_jobs(by=SYSTEM, at=timezone.now() + timedelta(days=150)) == 1


def test_pruning_is_a_job_of_its_own() -> None:
    enqueue("jobs.prune", by=SYSTEM)
    assert run_until_idle() == 1
    assert Job.objects.get().result == {"pruned": 0}
