from __future__ import annotations

import pytest
from django.db import transaction

from fleuve.jobs import UnknownJob, enqueue
from fleuve.jobs.models import Job
from fleuve.jobs.tests import kinds  # noqa: F401 declares the jobs
from fleuve.jobs.tests.cast import ALICE
from fleuve.jobs.tests.hands import run, take
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.correlation import correlate

pytestmark = pytest.mark.django_db


def test_it_keeps_who_asked_with_which_role_and_request() -> None:
    with correlate("request-0001"):
        job = Job.objects.get(pk=enqueue("test.nothing", by=ALICE, number=3))
    assert (job.by, job.request_id, job.payload, job.queue) == (ALICE, "request-0001", {"number": 3}, "quick")


def test_it_is_undone_with_the_transaction_that_asked() -> None:
    with transaction.atomic():
        enqueue("test.nothing", by=ALICE)
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_an_unknown_name_is_refused_and_its_neighbours_named() -> None:
    with pytest.raises(UnknownJob, match=r"No module declares the job 'test.nothings'. Declared: .*test.nothing"):
        enqueue("test.nothings", by=ALICE)


def test_arguments_that_do_not_fit_are_refused_when_asking_not_when_running() -> None:
    with pytest.raises(UnknownJob, match="cannot take"):
        enqueue("test.nothing", by=ALICE, nombre=3)


def test_an_unknown_queue_is_refused() -> None:
    with pytest.raises(ValueError, match="choose one of quick, heavy"):
        enqueue("test.nothing", by=ALICE, queue="slow")


def test_a_live_job_of_the_same_key_is_answered_instead_of_a_second_one() -> None:
    first = enqueue("test.nothing", by=ALICE, unique_key="one")
    assert enqueue("test.nothing", by=ALICE, unique_key="one") == first
    assert enqueue("test.nothing", by=ALICE, unique_key="two") != first
    assert Job.objects.count() == 2


def test_a_key_is_free_again_once_its_job_has_ended() -> None:
    first = enqueue("test.nothing", by=ALICE, unique_key="one")
    run_until_idle()
    assert enqueue("test.nothing", by=ALICE, unique_key="one") != first


def test_the_database_itself_holds_the_key_unique() -> None:
    job = Job.objects.get(pk=enqueue("test.nothing", by=ALICE, unique_key="one"))
    job.pk += 1
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        job.save(force_insert=True)


def test_a_running_job_runs_once_more_when_it_is_asked_for_again() -> None:
    first = enqueue("test.nothing", by=ALICE, unique_key="one", number=1)
    job = take()
    assert enqueue("test.nothing", by=ALICE, unique_key="one", again_if_running=True, number=1) == first
    assert enqueue("test.nothing", by=ALICE, unique_key="one", again_if_running=True, number=1) == first
    run(job)
    again = Job.objects.get(state="queued")
    assert (again.pk != first, again.payload, again.unique_key, again.attempts_left) == (True, {"number": 1}, "one", 5)
    assert run_until_idle() == 1
    assert not Job.objects.filter(state="queued").exists()


def test_without_being_told_so_a_running_job_is_not_run_again() -> None:
    enqueue("test.nothing", by=ALICE, unique_key="one")
    job = take()
    enqueue("test.nothing", by=ALICE, unique_key="one")
    run(job)
    assert not Job.objects.filter(state="queued").exists()
