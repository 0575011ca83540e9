"""Write the documents of the subjects that were marked."""

from __future__ import annotations

import time
from typing import Final

from fleuve.jobs import JobContext
from fleuve.jobs.chunks import Chunker
from fleuve.search.actions.refresh import refresh
from fleuve.search.index import index
from fleuve.search.models import Pending
from fleuve.search.packing import unpacked

__all__ = ["index_pending"]

_LARGEST: Final = 2_000
_LONGEST_RUN_SECONDS: Final = 20.0


def index_pending(context: JobContext) -> int:
    """Take the oldest marks first, a few hundred subjects a transaction; returns how many subjects were read.

    A run ends after twenty seconds, so that other quick work comes between; the chore starts the next. Killed half way,
    it begins its mark again: writing a document twice changes nothing.
    """
    began, done = time.monotonic(), 0
    chunker = Chunker(smallest=100, largest=_LARGEST, first=500)
    while time.monotonic() - began < _LONGEST_RUN_SECONDS:
        pending = Pending.objects.order_by("marked_at", "id").first()
        if pending is None:
            break
        done += _write(pending, context, done, chunker)
    if done:
        with context.transaction():
            index().tidy()
    return done


def _write(pending: Pending, context: JobContext, done: int, chunker: Chunker) -> int:
    """Read and write in one transaction: what somebody saves in between must not be overwritten by what was read."""
    ids = list(dict.fromkeys(unpacked(pending.ids)))
    for start, size in chunker.chunks(len(ids)):
        with chunker.measured(context.transaction):
            refresh(pending.kind, ids[start : start + size], at=context.now(), at_once=size)
            if start + size >= len(ids):
                pending.delete()
        context.progress(step="documents", done=done + start + size)
    return len(ids)
