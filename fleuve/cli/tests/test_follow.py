"""Following one job from a command: what it asks for waits, and is named."""

from __future__ import annotations

import pytest

from fleuve.cli.follow import follow_job, what_follows
from fleuve.jobs import JobContext, enqueue, job
from fleuve.jobs.models import Job
from fleuve.kernel.principal import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


@job("test.asks", queue="heavy", title="Ask for more")
def _asks(context: JobContext) -> None:
    enqueue("test.asked", by=context.by)


@job("test.asked", queue="heavy", title="Give more")
def _asked(context: JobContext) -> None:
    return None


def test_what_the_job_asked_for_waits_and_is_named() -> None:
    assert what_follows() == ""
    assert follow_job(enqueue("test.asks", by=SYSTEM), by=SYSTEM).state == Job.State.SUCCEEDED
    assert Job.objects.get(name="test.asked").state == Job.State.QUEUED
    assert what_follows() == "Waiting for Fleuve to run (fleuve serve): Give more."
