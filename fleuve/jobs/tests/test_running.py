from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.utils import timezone

from fleuve.jobs import JobFact, Place, enqueue, provide_place
from fleuve.jobs import place as place_module
from fleuve.jobs.hearing import _listeners
from fleuve.jobs.models import Job
from fleuve.jobs.tests import kinds  # noqa: F401 declares the jobs
from fleuve.jobs.tests.cast import ALICE
from fleuve.jobs.tests.hands import lapse, run, take, take_or_none

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> list[JobFact]:
    heard: list[JobFact] = []
    monkeypatch.setattr("fleuve.jobs.hearing._listeners", [*_listeners, heard.append])
    return heard


def test_a_job_that_ends_well_keeps_its_result() -> None:
    enqueue("test.nothing", by=ALICE)
    job = run(take())
    assert (job.state, job.worker) == ("succeeded", "")
    assert job.finished_at is not None


def test_an_expected_refusal_is_shown_as_said_and_not_tried_again(facts: list[JobFact]) -> None:
    enqueue("test.refused", by=ALICE)
    job = run(take())
    assert (job.state, job.error, job.error_code) == ("failed", "The file has no date column: choose one.", "no_date")
    assert [(fact.what, fact.job_id) for fact in facts] == [("job_failed", job.pk)]


def test_an_unexpected_fault_is_tried_again_after_a_pause_and_gives_a_reference(facts: list[JobFact]) -> None:
    enqueue("test.broken", by=ALICE)
    job = run(take())
    assert (job.state, job.attempts_left, job.error_code, len(job.error_reference)) == ("queued", 2, "unexpected", 8)
    assert job.error_reference in job.error
    assert "secret of a row" not in job.error
    assert timedelta(seconds=2) < job.due_at - timezone.now() <= timedelta(seconds=5)
    assert take_or_none() is None
    assert facts == []


def test_after_its_last_attempt_it_is_a_dead_letter(facts: list[JobFact]) -> None:
    enqueue("test.broken", by=ALICE)
    for _ in range(3):
        lapse(Job.objects.get())
        job = run(take())
    assert (job.state, job.attempt, job.attempts_left) == ("failed", 3, 0)
    assert [fact.what for fact in facts] == ["job_failed"]
    assert take_or_none(now=timezone.now() + timedelta(days=1)) is None


def test_a_job_whose_worker_dies_at_every_attempt_is_set_aside_without_running() -> None:
    enqueue("test.broken", by=ALICE)
    for _ in range(3):
        lapse(take())
    job = run(take())
    assert (job.state, job.error_code) == ("failed", "abandoned")


def test_a_job_of_a_name_that_this_version_does_not_know_waits_for_another() -> None:
    Job.objects.filter(pk=enqueue("test.nothing", by=ALICE)).update(name="test.of_tomorrow")
    assert run(take()).state == "queued"


def test_the_database_being_away_has_a_sentence_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("fleuve.jobs.running._call", locked)
    enqueue("test.nothing", by=ALICE)
    assert run(take()).error.startswith("The database was not available.")


def test_a_worker_that_stops_gives_the_job_and_its_attempt_back() -> None:
    enqueue("test.impatient", by=ALICE)
    job = run(take(), must_release=lambda: True)
    assert (job.state, job.attempt, job.attempts_left) == ("queued", 1, 5)
    assert take().attempt == 2


def test_sentences_are_in_the_language_of_the_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    monkeypatch.setattr(place_module, "_provider", None)
    provide_place(lambda: Place(ZoneInfo("Europe/Paris"), "fr"))
    monkeypatch.setattr("fleuve.jobs.running._call", lambda *_: spoken.append(_language()))
    enqueue("test.nothing", by=ALICE)
    run(take())
    assert spoken == ["fr"]


def _language() -> str:
    from django.utils import translation

    return str(translation.get_language())


def test_progress_is_kept_at_the_end_and_a_resumed_step_measures_its_own_speed() -> None:
    enqueue("test.impatient", by=ALICE)
    job = run(take())
    assert (job.step, job.done, job.total, job.step_started_with) == ("Waiting", 99, 100, 0)
