"""Writing much without keeping others waiting: chunks that grow and shrink around a time, with a pause between them.

SQLite has one writer: a write transaction stops every other one. Chunks aim at a quarter of the 250 ms that one may
take. Whoever waits looks every 25 ms at first: without the pause they would hardly ever get in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection, transaction

__all__ = ["Chunker"]


class Chunker:
    """How many rows the next transaction should write, and when it may begin."""

    def __init__(
        self,
        *,
        aim_seconds: float = 0.06,
        pause_seconds: float = 0.03,
        smallest: int = 250,
        largest: int = 20_000,
        first: int = 2_000,
    ) -> None:
        self.size = max(smallest, min(first, largest))
        self._aim, self._pause = aim_seconds, pause_seconds
        self._smallest, self._largest = smallest, largest
        self._last_commit = 0.0

    def chunks(self, total: int, most: int | None = None) -> Iterator[tuple[int, int]]:
        """``(start, size)`` until ``total`` is covered, each of the size that is right by then."""
        start = 0
        while start < total:
            size = min(self.size, most or self._largest, total - start)
            yield start, size
            start += size

    @contextmanager
    def measured(self, begin: Callable[[], AbstractContextManager[None]] = transaction.atomic) -> Iterator[None]:
        """A transaction, made by ``begin``, some time after the last one; how long it takes tells the next size."""
        if connection.vendor == "sqlite":
            time.sleep(max(0.0, self._pause - (time.monotonic() - self._last_commit)))
        began = time.monotonic()
        with begin():
            yield
        self._last_commit = time.monotonic()
        self.adapt(self._last_commit - began)

    def adapt(self, seconds: float) -> None:
        """Halve the size after a slow chunk, double it after a fast one."""
        if seconds > 1.5 * self._aim:
            self.size = max(self._smallest, self.size // 2)
        elif seconds < 0.5 * self._aim:
            self.size = min(self._largest, self.size * 2)
