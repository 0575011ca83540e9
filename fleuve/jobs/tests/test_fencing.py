from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from fleuve.jobs import JobCancelled, JobContext, LeaseLost, enqueue
from fleuve.jobs.actions.cancel_job import cancel_job
from fleuve.jobs.models import Job
from fleuve.jobs.tests.cast import ALICE
from fleuve.jobs.tests.hands import context_of, lapse, run, take
from fleuve.jobs.tests.kinds import effect, effects

pytestmark = pytest.mark.usefixtures("effect_table")


def _one_step(context: JobContext, step: int) -> None:
    with context.transaction():
        context.save_checkpoint({"next": step})
        effect(context, step // step)


def test_a_transaction_of_the_holder_commits_with_its_checkpoint() -> None:
    enqueue("test.nothing", by=ALICE)
    context = context_of(take())
    with context.transaction():
        effect(context, 1)
        context.save_checkpoint({"next": 2})
    assert len(effects()) == 1
    assert Job.objects.get().checkpoint == context.checkpoint == {"next": 2}


def test_who_lost_the_lease_writes_nothing() -> None:
    enqueue("test.nothing", by=ALICE)
    first = take()
    stale = context_of(first)
    lapse(first)
    second = context_of(take())
    with pytest.raises(LeaseLost):
        _one_step(stale, 1)
    with second.transaction():
        effect(second, 2)
    assert [step for _, step, _ in effects()] == [2]
    assert Job.objects.get().checkpoint == {}


def test_a_lapsed_lease_that_nobody_took_still_counts() -> None:
    enqueue("test.nothing", by=ALICE)
    job = take()
    context = context_of(job)
    lapse(job)
    with context.transaction():
        effect(context, 1)
    assert Job.objects.get().due_at > timezone.now(), "the fence renewed the lease"


def test_who_lost_the_lease_cannot_end_the_job_either() -> None:
    enqueue("test.nothing", by=ALICE)
    first = take()
    lapse(first)
    take()
    assert run(first).state == "running"
    assert Job.objects.get().attempt == 2


def test_a_refused_transaction_keeps_the_old_checkpoint_in_hand() -> None:
    enqueue("test.nothing", by=ALICE)
    context = context_of(take())
    with pytest.raises(ZeroDivisionError):
        _one_step(context, 0)
    assert context.checkpoint == {}


def test_finish_commits_the_last_effect_and_the_success_together() -> None:
    enqueue("test.nothing", by=ALICE)
    context = context_of(take())
    with context.transaction():
        effect(context, 1)
        context.finish({"rows": 1})
    job = Job.objects.get()
    assert (job.state, job.result, context.is_finished) == ("succeeded", {"rows": 1}, True)


def test_an_atomic_job_that_fails_leaves_no_effect() -> None:
    enqueue("test.half", by=ALICE)
    assert run(take()).state == "failed"
    assert effects() == []


def test_an_atomic_job_leaves_its_effect_with_its_success() -> None:
    enqueue("test.once", by=ALICE)
    assert run(take()).state == "succeeded"
    assert len(effects()) == 1


def test_transactions_do_not_nest() -> None:
    enqueue("test.nothing", by=ALICE)
    context = context_of(take())
    with context.transaction(), pytest.raises(RuntimeError, match="does not nest"), context.transaction():
        pass


def test_a_checkpoint_outside_a_transaction_is_refused() -> None:
    enqueue("test.nothing", by=ALICE)
    context = context_of(take())
    with pytest.raises(RuntimeError, match="inside `with"):
        context.save_checkpoint({})


def test_a_cancelled_job_begins_no_further_transaction() -> None:
    enqueue("test.nothing", by=ALICE)
    job = take()
    cancel_job(job, by=ALICE, at=timezone.now())
    context = context_of(Job.objects.get())
    with pytest.raises(JobCancelled), context.transaction():
        effect(context, 1)
    assert effects() == []


def test_a_job_that_writes_for_too_long_at_once_is_told_of_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("fleuve.jobs.context.LONGEST_TRANSACTION_SECONDS", 0)
    enqueue("test.nothing", by=ALICE)
    _one_step(context_of(take()), 1)
    assert ("wrote for too long" in caplog.text) == (connection.vendor == "sqlite")
