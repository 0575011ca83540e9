"""Write edits into the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from fleuve.changes.rows import insert_changes
from fleuve.changes.rules import Edited, Origin
from fleuve.kernel.principal import Principal

__all__ = ["changed"]


def changed(
    edits: Sequence[Edited], *, origin: Origin, by: Principal, at: datetime, event_id: int | None = None
) -> None:
    """Journal what was just written, in the transaction that wrote it; edits that changed nothing are left out.

    Permission and event are those of the action that writes: this tells what it did.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the journal belongs in the transaction of the change that it tells")
    told = [edit for edit in edits if edit.old != edit.new]
    if told:
        insert_changes(told, origin, by, at, event_id)
