"""64-bit identifiers, ordered by time and made in Python.

Layout, high to low: 41 bits of milliseconds since 2024-01-01 UTC, 14 bits drawn at random per process, 8 bits of
sequence. Ids of one process always grow; a burst of more than 256 in a millisecond borrows from the next one. Never
follow a table by ``id > last``: another process may commit a smaller id later.
"""

from __future__ import annotations

import os
import secrets
import threading
import time

__all__ = ["new_id", "new_ids"]

_EPOCH_MS = 1_704_067_200_000
_SEQUENCE_BITS = 8
_PROCESS_BITS = 14
_PER_MILLISECOND = 1 << _SEQUENCE_BITS


class _Generator:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._restart()

    def _restart(self) -> None:
        self._process = secrets.randbits(_PROCESS_BITS)
        self._millisecond = 0
        self._sequence = 0
        self._pid = os.getpid()

    def take(self, count: int) -> list[int]:
        with self._lock:
            if self._pid != os.getpid():  # a forked child must not repeat its parent's numbers
                self._restart()
            now = int(time.time() * 1000) - _EPOCH_MS
            if now > self._millisecond:
                self._millisecond, self._sequence = now, 0
            start = self._millisecond * _PER_MILLISECOND + self._sequence
            ticks = range(start, start + count)
            last = start + count
            self._millisecond, self._sequence = divmod(last, _PER_MILLISECOND)
        process = self._process << _SEQUENCE_BITS
        shift = _PROCESS_BITS + _SEQUENCE_BITS
        return [(tick >> _SEQUENCE_BITS) << shift | process | (tick & (_PER_MILLISECOND - 1)) for tick in ticks]


_generator = _Generator()


def new_id() -> int:
    """One new identifier, greater than every earlier one of this process."""
    return _generator.take(1)[0]


def new_ids(count: int) -> list[int]:
    """``count`` new identifiers in increasing order."""
    return _generator.take(count)
