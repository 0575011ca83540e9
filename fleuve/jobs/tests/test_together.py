"""Several at once, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from django.db import connection

from fleuve.jobs import enqueue, registry, schedule
from fleuve.jobs.models import Job, ScheduleState
from fleuve.jobs.schedules import enqueue_due_schedules
from fleuve.jobs.tests import kinds  # noqa: F401 declares the jobs
from fleuve.jobs.tests.cast import ALICE
from fleuve.jobs.tests.hands import run, take_or_none

pytestmark = pytest.mark.django_db(transaction=True)

Answer = TypeVar("Answer")


def _together(act: Callable[[int], Answer], count: int = 6) -> list[Answer]:
    def alone(number: int) -> Answer:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as people:
        return list(people.map(alone, range(count)))


def test_asked_for_together_under_one_key_there_is_one_job() -> None:
    answers = _together(lambda _: enqueue("test.nothing", by=ALICE, unique_key="one"))
    assert set(answers) == {Job.objects.get().pk}


def test_workers_that_look_together_take_different_jobs() -> None:
    asked = {enqueue("test.nothing", by=ALICE) for _ in range(24)}

    def work(_: int) -> list[int]:
        taken = []
        while job := take_or_none():
            taken.append(run(job).pk)
        return taken

    taken = [pk for hand in _together(work) for pk in hand]
    assert sorted(taken) == sorted(asked)


def test_workers_that_see_a_schedule_together_enqueue_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_repeats", {})
    schedule("test.nothing", cron="0 * * * *")
    begin = datetime(2026, 3, 2, 12, tzinfo=UTC)
    _together(lambda _: enqueue_due_schedules(begin))
    assert ScheduleState.objects.count() == 1
    _together(lambda _: enqueue_due_schedules(begin + timedelta(hours=1)))
    assert Job.objects.count() == 1
