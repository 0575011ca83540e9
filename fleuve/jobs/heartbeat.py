"""The thread that keeps a running job's lease alive while the job computes."""

from __future__ import annotations

import threading

import structlog
from django.db import DatabaseError, connection

from fleuve.jobs.lease import Lease

__all__ = ["Heartbeat"]

_log = structlog.get_logger(__name__)


class Heartbeat(threading.Thread):
    """Beats the lease that it is given, about once a second, on a connection of its own."""

    def __init__(self, every_seconds: float) -> None:
        super().__init__(name="job heartbeat", daemon=True)
        self._every = every_seconds
        self._over = threading.Event()
        self._lease: Lease | None = None

    def keep(self, lease: Lease | None) -> None:
        """Beat for this lease from now on; ``None`` for no one."""
        self._lease = lease

    def run(self) -> None:
        while not self._over.wait(self._every):
            lease = self._lease
            if lease is None:
                continue
            try:
                lease.beat()
            except DatabaseError:
                # Locked or away: the lease has two thirds of its time left, and the fence decides in the end.
                _log.warning("heartbeat missed", job_id=lease.job_id, exc_info=True)
                connection.close()
        connection.close()

    def stop(self) -> None:
        """End the thread."""
        self._over.set()
        self.join()
