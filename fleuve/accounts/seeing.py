"""Who opened which customer, written down without the database: a line in a file, counted a little later.

Looking must not wait for whoever writes, and pages that are looked at write nothing. So each process appends one line
(person, customer) to the file of the minute in ``HOME/seen``; a job counts the files of minutes that are over into
``Viewing`` and deletes them. A killed process loses nothing that it appended; a power cut may lose the last half minute
or so, because nobody waits for the disk.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import structlog
from django.conf import settings

from fleuve.kernel.principal import Principal

__all__ = ["Seen", "Segment", "finished_segments", "saw"]

_MINUTE: Final = 60
# Whoever appends opened the file of its minute a moment before: two minutes later nobody does any more.
_SETTLED_MINUTES: Final = 2
_NAME: Final = re.compile(r"(\d{6,12})-[\w.]+-\d+\.log")
_LINE: Final = re.compile(rb"(\d{1,19}) (\d{1,19})")

_log = structlog.get_logger("fleuve.accounts")


class Seen(NamedTuple):
    """One person who opened one customer."""

    user_id: int
    party_id: int


@dataclass(frozen=True)
class Segment:
    """What one process noted in one minute."""

    path: Path
    minute: int

    @property
    def moment(self) -> datetime:
        """When its minute began."""
        return datetime.fromtimestamp(self.minute * _MINUTE, UTC)

    def seen(self) -> frozenset[Seen]:
        """Who opened whom; a line that a full disk cut short is left out."""
        lines = self.path.read_bytes().split(b"\n")
        found = (_LINE.fullmatch(line) for line in lines)
        return frozenset(Seen(int(one[1]), int(one[2])) for one in found if one)


def saw(principal: Principal, party_id: int, at: datetime) -> None:
    """Note that ``principal`` opened a customer: one append of a few bytes, 11 µs (November 2026, two cores).

    A disk that is full must not close the page: the log says that viewings are not noted.
    """
    user_id = principal.user_id
    if user_id is None:
        return
    minute = int(at.timestamp()) // _MINUTE
    path = _folder() / f"{minute}-{_host()}-{os.getpid()}.log"
    try:
        _append(path, b"%d %d\n" % (user_id, party_id))
    except OSError:
        _log.error("a viewing was not noted", exc_info=True)


def finished_segments(now: datetime) -> Iterator[Segment]:
    """Files of minutes that are over for good, the oldest first."""
    latest = int(now.timestamp()) // _MINUTE - _SETTLED_MINUTES
    files = list(_folder().iterdir()) if _folder().is_dir() else []
    found = [Segment(path, int(match[1])) for path in files if (match := _NAME.fullmatch(path.name))]
    yield from sorted((one for one in found if one.minute <= latest), key=lambda one: (one.minute, one.path.name))


def _append(path: Path, line: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _folder() -> Path:
    return Path(settings.HOME) / "seen"


@cache
def _host() -> str:
    return re.sub(r"[^\w.]", "_", socket.gethostname(), flags=re.ASCII)[:60] or "host"
