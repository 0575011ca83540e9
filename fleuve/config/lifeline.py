"""No orphan: a child watches a pipe whose other end only its parent holds, and leaves when the parent is gone.

It works for ``kill -9`` of the parent and on every system with pipes; nothing has to be cleaned up.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from multiprocessing.connection import wait

__all__ = ["LIFELINE_VARIABLE", "follow_lifeline", "follow_parent"]

LIFELINE_VARIABLE = "FLEUVE_LIFELINE"
_PARENT_GONE = 70


def _leave_when_closed(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os._exit(_PARENT_GONE)


def follow_lifeline() -> None:
    """In a child of the supervisor: end at once when the supervisor's end of the pipe closes."""
    given = os.environ.pop(LIFELINE_VARIABLE, "")
    if given:
        threading.Thread(target=_leave_when_closed, args=(int(given),), name="lifeline", daemon=True).start()


def _leave_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(_PARENT_GONE)


def follow_parent() -> None:
    """In a web worker started by multiprocessing: end when the process that started it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), name="lifeline", daemon=True).start()
