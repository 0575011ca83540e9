"""Real worker processes, really killed and really stopped, on the database that the suite runs on."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from fleuve.jobs import enqueue
from fleuve.jobs.models import LIVE, Job
from fleuve.jobs.tests.cast import ALICE
from fleuve.jobs.tests.kinds import EFFECTS, effects
from fleuve.jobs.tests.worker_process import start_worker

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("lasting_effect_table")]

LEASE_SECONDS = 1.5


class Crew:
    """The workers of one test; none outlives it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workers: list[subprocess.Popen[bytes]] = []

    def hire(self, queues: str = "quick,heavy") -> subprocess.Popen[bytes]:
        worker = start_worker(queues, LEASE_SECONDS, self._folder / f"{len(self._workers)}.log")
        self._workers.append(worker)
        return worker

    def has_said(self, worker: subprocess.Popen[bytes], words: str) -> bool:
        return words in (self._folder / f"{self._workers.index(worker)}.log").read_text()

    def dismiss(self) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    crew = Crew(tmp_path)
    yield crew
    crew.dismiss()


def _wait(until: Callable[[], bool], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, (
            f"not within {seconds} s: {list(Job.objects.values('name', 'state', 'error'))}"
        )
        time.sleep(0.02)


def _is_over() -> bool:
    return not Job.objects.filter(state__in=LIVE).exists()


def _is_productive(worker: subprocess.Popen[bytes]) -> bool:
    return any(pid == worker.pid for _, _, pid in effects())


def test_kill_9_loses_no_job_and_repeats_no_effect(crew: Crew) -> None:
    expected = []
    for number in range(400):
        expected.append((enqueue("test.once", by=ALICE), 0))
        if number % 40 == 0:
            long_one = enqueue("test.steps", by=ALICE, count=50, pause=0.03)
            expected += [(long_one, step) for step in range(50)]
    workers = [crew.hire(), crew.hire()]
    kills = 0
    while kills < 6 and not _is_over():
        victim = kills % 2
        _wait(lambda worker=workers[victim]: _is_productive(worker) or _is_over())  # type: ignore[misc]
        workers[victim].kill()
        workers[victim].wait()
        workers[victim] = crew.hire()
        kills += 1
    _wait(_is_over)
    assert kills >= 3, "the work was over too soon: the test proved little"
    assert Job.objects.filter(attempt__gt=1).exists(), "no kill hit a running job: the test proved nothing"
    assert Counter(Job.objects.values_list("state", flat=True)) == {"succeeded": 410}
    assert Counter((job, step) for job, step, _ in effects()) == Counter(expected)


def _stop_outside_a_transaction(worker: subprocess.Popen[bytes]) -> None:
    """Freeze the worker where it holds no lock: on SQLite a frozen writer stops everyone, whatever the queue does."""
    probe = {
        "sqlite": ("PRAGMA busy_timeout = 50", f"DELETE FROM {EFFECTS} WHERE job_id = -1"),
        "postgresql": ("SELECT id FROM jobs_job FOR UPDATE NOWAIT",),
    }
    while True:
        worker.send_signal(signal.SIGSTOP)
        try:
            with connection.cursor() as cursor:
                for statement in probe[connection.vendor]:
                    cursor.execute(statement)
        except OperationalError:
            worker.send_signal(signal.SIGCONT)
            time.sleep(0.013)
            continue
        return


def test_a_worker_stopped_past_its_lease_and_continued_has_no_second_effect(crew: Crew) -> None:
    job_id = enqueue("test.steps", by=ALICE, count=60, pause=0.03)
    first = crew.hire()
    _wait(lambda: len(effects()) >= 10)
    _stop_outside_a_transaction(first)
    done_by_first = len(effects())
    second = crew.hire()
    _wait(_is_over)
    first.send_signal(signal.SIGCONT)
    assert Job.objects.get().attempt == 2
    _wait(lambda: crew.has_said(first, "lost its lease"))
    marker = enqueue("test.once", by=ALICE)
    second.terminate()
    second.wait()
    _wait(_is_over)
    assert {pid for job, _, pid in effects() if job == marker} == {first.pid}, "the first worker goes on working"
    steps = [(step, pid) for job, step, pid in effects() if job == job_id]
    assert [step for step, _ in steps] == list(range(60))
    assert [pid for _, pid in steps] == [first.pid] * done_by_first + [second.pid] * (60 - done_by_first)


def test_sigterm_gives_the_job_back_and_it_resumes_from_its_checkpoint(crew: Crew) -> None:
    enqueue("test.steps", by=ALICE, count=50, pause=0.03)
    first = crew.hire()
    _wait(lambda: len(effects()) >= 5)
    first.terminate()
    assert first.wait(timeout=10) == 0
    job = Job.objects.get()
    assert (job.state, job.attempts_left) == ("queued", 50)
    assert 5 <= job.checkpoint["next"] < 50
    crew.hire()
    _wait(_is_over)
    assert [step for _, step, _ in effects()] == list(range(50))


def test_heavy_work_does_not_delay_quick_jobs(crew: Crew) -> None:
    enqueue("test.steps", by=ALICE, count=5000, pause=0.02)
    crew.hire("heavy")
    crew.hire("quick")
    _wait(lambda: len(effects()) >= 3)
    waits = []
    for _ in range(10):
        asked = time.monotonic()
        job = enqueue("test.once", by=ALICE)
        _wait(lambda job=job: Job.objects.filter(pk=job, state="succeeded").exists())  # type: ignore[misc]
        waits.append(time.monotonic() - asked)
    assert Job.objects.filter(name="test.steps", state="running").exists()
    # An idle worker naps for a second at most; the heavy job takes two minutes. The rest is for a busy machine.
    assert max(waits) < 10
