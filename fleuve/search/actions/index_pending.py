"""Write the documents of the subjects that were marked."""

from __future__ import annotations

import time
from typing import Final

from fleuve.jobs import JobContext
from fleuve.search.actions.refresh import refresh
from fleuve.search.index import index
from fleuve.search.models import Pending
from fleuve.search.packing import unpacked

__all__ = ["index_pending"]

_STEP: Final = 250
_PAUSE_SECONDS: Final = 0.03
_LONGEST_RUN_SECONDS: Final = 20.0


def index_pending(context: JobContext) -> int:
    """Take the oldest marks first, a few hundred subjects a transaction; returns how many subjects were read.

    A run ends after twenty seconds, so that other quick work comes between; the chore starts the next. Killed half way,
    it begins its mark again: writing a document twice changes nothing.
    """
    began, done = time.monotonic(), 0
    while time.monotonic() - began < _LONGEST_RUN_SECONDS:
        pending = Pending.objects.order_by("marked_at", "id").first()
        if pending is None:
            break
        done += _write(pending, context, done)
    if done:
        with context.transaction():
            index().tidy()
    return done


def _write(pending: Pending, context: JobContext, done: int) -> int:
    ids = list(dict.fromkeys(unpacked(pending.ids)))
    for start in range(0, len(ids), _STEP):
        with context.transaction():
            refresh(pending.kind, ids[start : start + _STEP], at=context.now(), at_once=_STEP)
            if start + _STEP >= len(ids):
                pending.delete()
        context.progress(step="documents", done=done + start)
        time.sleep(_PAUSE_SECONDS)  # SQLite has one writer: people save in between
    return len(ids)
