"""Bring what can be found of some subjects up to date: at once when they are few, soon when they are many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fleuve.search.actions.drop import drop
from fleuve.search.actions.mark import mark
from fleuve.search.actions.put import put
from fleuve.search.kinds import kind_named

__all__ = ["refresh"]

_AT_ONCE: Final = 50


def refresh(kind: str, ids: Sequence[int], *, at: datetime, at_once: int = _AT_ONCE) -> None:
    """Read these subjects by their kind and write their documents; those that the kind leaves out are dropped.

    Call it in the transaction that changed them. More than fifty are marked instead and follow within seconds: an
    import must not wait for its index.
    """
    found = kind_named(kind)
    if found is None or found.read is None or not ids:
        return
    if len(ids) > at_once:
        mark(kind, ids, at=at)
        return
    entries = list(found.read(ids))
    put(kind, entries, at=at)
    drop(kind, set(ids) - {entry.subject_id for entry in entries})
