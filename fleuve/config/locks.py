"""Locks between processes of one machine, held by an open file: the system frees them however a process ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from fleuve.kernel.errors import FleuveError

__all__ = ["InUse", "hold_exclusively", "hold_shared", "wait_exclusively"]


class InUse(FleuveError):
    """Another process of Fleuve works on this data folder."""

    code = "in_use"
    status = 409


def _refuse() -> InUse:
    return InUse(_("Fleuve is running on this data folder. Stop it first, then try again."))


@contextmanager
def _hold(path: Path, how: int) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as stream:
        try:
            fcntl.flock(stream, how)
        except BlockingIOError as error:
            raise _refuse() from error
        yield


def hold_shared(path: Path) -> AbstractContextManager[None]:
    """Held by everything that serves; many at once. Raises ``InUse`` while someone holds it alone."""
    return _hold(path, fcntl.LOCK_SH | fcntl.LOCK_NB)


def hold_exclusively(path: Path) -> AbstractContextManager[None]:
    """Held by what must be alone (a restore). Raises ``InUse`` while anyone else is there."""
    return _hold(path, fcntl.LOCK_EX | fcntl.LOCK_NB)


def wait_exclusively(path: Path) -> AbstractContextManager[None]:
    """Wait for one's turn (a migration)."""
    return _hold(path, fcntl.LOCK_EX)
