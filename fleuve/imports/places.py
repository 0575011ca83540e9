"""Where the files of plans lie: in a folder of this computer's own inbox, or behind a web address.

Nothing that a person types becomes a path: a plan names one folder below the inbox, each step into it is opened in the
folder before, and none of them may be a link. What was taken is moved aside, never deleted: it is not ours.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings

from fleuve.imports.errors import PlanFailed
from fleuve.imports.keeping import opened_header
from fleuve.imports.models import Plan
from fleuve.imports.plan_wording import plan_sentence
from fleuve.imports.reading import LIMITS
from fleuve.imports.repeating import is_folder_name
from fleuve.outbound import fetch

__all__ = ["DONE", "REFUSED", "Download", "Inbox", "download", "inbox_of", "inbox_path", "plan_failed"]

DONE: Final = "done"
REFUSED: Final = "refused"

_BLOCK: Final = 1 << 20
_TIMEOUT_SECONDS: Final = 300.0
# Whoever copies a file in has not ended as long as it changes; a programme that writes slowly uses another name first.
_STILL_SECONDS: Final = 10.0
_PASSING: Final = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Not blocking: opening a pipe would wait for somebody to write into it.
_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def plan_failed(code: str, **values: object) -> PlanFailed:
    """The error with its sentence."""
    return PlanFailed(plan_sentence(code, values), code=code, **values)


def inbox_path(folder: str) -> Path:
    """Where a plan's folder lies, as pages show it."""
    return Path(settings.HOME) / "inbox" / folder


@dataclass(frozen=True)
class Inbox:
    """An open folder; everything in it is reached through ``handle``, so that nobody can swap it meanwhile."""

    handle: int

    def names(self, now: datetime) -> tuple[list[str], bool]:
        """The files to take, oldest first, and whether others are still being written."""
        found, is_moving = [], False
        for name in _listed(self.handle):
            if name.startswith(".") or name.lower().endswith(_PASSING):
                continue
            status = os.stat(name, dir_fd=self.handle, follow_symlinks=False)
            if not stat.S_ISREG(status.st_mode):
                continue
            if abs(now.timestamp() - status.st_mtime) < _STILL_SECONDS:
                is_moving = True
            else:
                found.append((status.st_mtime, name))
        return [name for _moment, name in sorted(found)], is_moving

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, a megabyte at a time. Raises ``PlanFailed`` for what is no file of its own."""
        try:
            handle = os.open(name, _FILE_FLAGS, dir_fd=self.handle)
        except OSError as fault:
            raise plan_failed("file_closed", name=name) from fault
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise plan_failed("file_closed", name=name)
            while block := stream.read(_BLOCK):
                yield block

    def digest(self, name: str) -> str:
        """SHA-256 of a file."""
        found = hashlib.sha256()
        for block in self.blocks(name):
            found.update(block)
        return found.hexdigest()

    def put_away(self, name: str, into: str) -> None:
        """Move a file that was dealt with into ``done`` or ``refused``, beside others of its name."""
        with suppress(FileExistsError):
            os.mkdir(into, 0o700, dir_fd=self.handle)
        with _opened(into, self.handle) as shelf:
            taken = set(_listed(shelf))
            stem, dot, suffix = name.partition(".")
            free, number = name, 1
            while free in taken:
                number += 1
                free = f"{stem}-{number}{dot}{suffix}"
            with suppress(FileNotFoundError):  # moved by an attempt that was interrupted
                os.rename(name, free, src_dir_fd=self.handle, dst_dir_fd=shelf)


@contextmanager
def inbox_of(plan: Plan, *, makes: bool = False) -> Iterator[Inbox]:
    """The folder of a plan, open. Raises ``PlanFailed`` when it is not there or leads elsewhere."""
    if not is_folder_name(plan.folder):
        raise plan_failed("folder_closed", folder=plan.folder)
    if makes:
        inbox_path(plan.folder).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            inbox_path(plan.folder).mkdir(mode=0o700)
    with _opened(str(inbox_path("")), None) as inbox, _opened(plan.folder, inbox) as handle:
        yield Inbox(handle)


@contextmanager
def _opened(name: str, within: int | None) -> Iterator[int]:
    shown = Path(name).name
    try:
        handle = os.open(name, _FOLDER_FLAGS, dir_fd=within)
    except FileNotFoundError as fault:
        raise plan_failed("folder_missing", folder=shown) from fault
    except OSError as fault:
        raise plan_failed("folder_closed", folder=shown) from fault
    try:
        yield handle
    finally:
        os.close(handle)


def _listed(handle: int) -> list[str]:
    with os.scandir(handle) as entries:
        return [entry.name for entry in entries]


@dataclass(frozen=True)
class Download:
    """What a web address gave."""

    name: str
    body: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of it."""
        return hashlib.sha256(self.body).hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """It, a megabyte at a time."""
        for start in range(0, len(self.body), _BLOCK):
            yield self.body[start : start + _BLOCK]

    @classmethod
    def of(cls, url: str, body: bytes) -> Self:
        """Named after the last word of the address, without what follows a question mark: that may be a secret."""
        last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
        return cls(last[-200:] or "download", body)


def download(plan: Plan) -> Download:
    """Fetch the file of a plan. Raises ``OutboundError``, and ``PlanFailed`` for an answer that is no file."""
    headers = {plan.header_name: opened_header(plan)} if plan.header_name else {}
    answer = fetch(
        plan.url,
        headers=headers,
        most_bytes=LIMITS.file_bytes,
        timeout_seconds=_TIMEOUT_SECONDS,
        by_purpose="import plan",
    )
    if 300 <= answer.status < 400:
        raise plan_failed("http_moved", status=answer.status)
    if answer.status != 200:
        raise plan_failed("http_status", status=answer.status)
    if answer.is_cut:
        raise plan_failed("download_too_large", limit_mb=LIMITS.file_bytes >> 20)
    return Download.of(plan.url, answer.body)
