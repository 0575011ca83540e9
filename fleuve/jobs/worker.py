"""The worker: takes due jobs one after the other until it is told to stop.

One process a queue set: ``quick`` and ``heavy`` each have their own, so an import never delays a quick job. A worker
that stops lets its job finish for a few seconds, then releases it at its next look at the context; the job resumes
elsewhere. A worker that dies leaves a lease that runs out.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from fleuve.jobs.chores import Chore, chores
from fleuve.jobs.claim import claim
from fleuve.jobs.heartbeat import Heartbeat
from fleuve.jobs.lease import Lease
from fleuve.jobs.models import LIVE, Job
from fleuve.jobs.running import run_claimed

__all__ = ["Worker", "run_until_idle", "run_worker"]

_log = structlog.get_logger(__name__)

LEASE_SECONDS: Final = 30.0
GRACE_SECONDS: Final = 5.0
DATABASE_AWAY: Final = (DatabaseError, InterfaceError)
_SHORTEST_NAP: Final = 0.05
_LONGEST_NAP: Final = 1.0


class Worker:
    """Takes jobs of ``queues``; ``run`` blocks until ``stop_event`` is set, or until the job ``last`` has ended."""

    def __init__(
        self,
        queues: Sequence[str],
        stop_event: threading.Event,
        *,
        lease_seconds: float = LEASE_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
        last: int | None = None,
    ) -> None:
        self._last = last
        self._queues = tuple(queues)
        self._stop = stop_event
        self._lease = timedelta(seconds=lease_seconds)
        self._grace = grace_seconds
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._heartbeat = Heartbeat(min(1.0, lease_seconds / 3))
        self._stopping_since: float | None = None
        self._duties = _Duties() if "quick" in self._queues else None

    def run(self) -> None:
        """Work until told to stop."""
        _log.info("worker started", queues=self._queues)
        self._heartbeat.start()
        nap = _SHORTEST_NAP
        try:
            while not (self._stop.is_set() or self._is_done()):
                nap = _SHORTEST_NAP if self._took_one() else min(nap * 2, _LONGEST_NAP)
                if nap > _SHORTEST_NAP:
                    self._stop.wait(nap)
        finally:
            self._heartbeat.stop()
            connection.close()
            _log.info("worker stopped", queues=self._queues)

    def _is_done(self) -> bool:
        return self._last is not None and not Job.objects.filter(pk=self._last, state__in=LIVE).exists()

    def _took_one(self) -> bool:
        try:
            if self._duties:
                self._duties.do(timezone.now())
            job = claim(self._queues, worker=self._name, now=timezone.now(), lease=self._lease)
            if job is None:
                return False
            lease = Lease(job, self._lease)
            self._heartbeat.keep(lease)
            try:
                run_claimed(job, lease, must_release=self._must_release, beats_itself=False)
            finally:
                self._heartbeat.keep(None)
        except DATABASE_AWAY:
            # Locked for longer than the busy timeout, or the server restarts. What was being done is either committed
            # or rolled back; the lease of the job runs out and it is taken again.
            _log.warning("database not available, trying again", exc_info=True)
            connection.close()
            return False
        return True

    def _must_release(self) -> bool:
        if not self._stop.is_set():
            return False
        now = time.monotonic()
        self._stopping_since = self._stopping_since or now
        return now - self._stopping_since >= self._grace


class _Duties:
    """The chores, each at its own pace."""

    def __init__(self) -> None:
        self._done: dict[int, float] = {}

    def do(self, now: datetime) -> None:
        tick = time.monotonic()
        for number, chore in enumerate(chores()):
            if tick - self._done.get(number, float("-inf")) >= chore.every_seconds:
                self._done[number] = tick
                self._do(chore, now)

    def _do(self, chore: Chore, now: datetime) -> None:
        try:
            chore.function(now)
        except DATABASE_AWAY:
            raise
        except Exception:
            # A chore comes again by itself; a fault in one must not keep the jobs from running.
            _log.error("chore failed", chore=chore.function.__qualname__, exc_info=True)


def run_worker(queues: Sequence[str], stop_event: threading.Event | None = None) -> None:
    """Run a worker in this process. In the main thread SIGTERM and SIGINT stop it cleanly."""
    stop = stop_event or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    Worker(queues, stop).run()


def run_until_idle(queues: Sequence[str] = ("quick", "heavy"), *, at_most: int = 1000) -> int:
    """Run what is due in this thread until nothing is, and answer how many ran: for tests and one-off commands."""
    ran = 0
    while ran < at_most:
        for chore in chores():
            chore.function(timezone.now())
        took = _drain(queues, at_most - ran)
        if not took:
            break
        ran += took
    return ran


def _drain(queues: Sequence[str], at_most: int) -> int:
    lease = timedelta(seconds=LEASE_SECONDS)
    for ran in range(at_most):
        job = claim(queues, worker=f"inline:{os.getpid()}", now=timezone.now(), lease=lease)
        if job is None:
            return ran
        run_claimed(job, Lease(job, lease))
    return at_most
