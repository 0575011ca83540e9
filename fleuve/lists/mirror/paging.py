"""Cursors of a page, made alike for both engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fleuve.lists.mirror.view import Slice
from fleuve.ui.tables import Cursor, Page

__all__ = ["sliced"]


def sliced(found: Sequence[tuple[int, Any]], at: Cursor | None, size: int) -> Slice:
    """The page of rows (party, sorted value) that were read from the cursor on: one more than the page, if there is."""
    is_before = at is not None and at.is_before
    rows = list(found[:size])
    if is_before:
        rows.reverse()
    has_more = len(found) > size
    has_previous = has_more if is_before else at is not None
    has_next = True if is_before else has_more
    if not rows:
        # Nothing lies beyond the cursor any more: the way back starts at the place that it names.
        back = "" if at is None or is_before else Cursor(at.value, at.id, is_before=True).encode()
        return Slice((), Page(back, "", size))
    previous = Cursor(rows[0][1], rows[0][0], is_before=True).encode() if has_previous else ""
    following = Cursor(rows[-1][1], rows[-1][0]).encode() if has_next else ""
    return Slice(tuple(party for party, _value in rows), Page(previous, following, size))
