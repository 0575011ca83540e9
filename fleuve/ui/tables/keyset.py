"""Paging by key: the next page starts after the last row seen, so page 6,000 costs what page 1 costs.

Rows without a value come last in both directions. They are read by a second query instead of ``NULLS LAST``, because
that one keeps PostgreSQL from using a plain index and because each half is a simple range of the index (field, id).
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from fleuve.ui.tables.parts import Page, Sort

__all__ = ["Cursor", "KeysetSlice", "keyset"]

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Cursor:
    """A place in an ordered list: the sorted value and the id of a row, and the side of it that is wanted."""

    value: Any
    id: int
    is_before: bool = False

    def encode(self) -> str:
        """Short, safe in an address, not secret."""
        value, kind = self.value, ""
        if isinstance(value, datetime):
            value, kind = value.isoformat(), "t"
        elif isinstance(value, date):
            value, kind = value.isoformat(), "d"
        text = json.dumps([value, str(self.id), int(self.is_before), kind], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor | None:
        """None for a cursor that is absent or was tampered with: the list then starts at its beginning."""
        if not text:
            return None
        try:
            padded = text + "=" * (-len(text) % 4)
            value, row_id, is_before, kind = json.loads(base64.urlsafe_b64decode(padded))
            parse = {"t": datetime.fromisoformat, "d": date.fromisoformat}.get(kind)
            if isinstance(value, list | dict):
                return None
            return cls(parse(value) if parse else value, int(row_id), bool(is_before))
        except (ValueError, TypeError, binascii.Error):
            return None


@dataclass(frozen=True)
class KeysetSlice(Generic[M]):
    """One page of rows and the cursors of its neighbours."""

    rows: list[M]
    page: Page


def keyset(queryset: QuerySet[M], *, field: str, sort: Sort, cursor: str, size: int = 50) -> KeysetSlice[M]:
    """The page of ``queryset`` at ``cursor``, ordered by ``field`` (then id) in the direction of ``sort``."""
    at = Cursor.decode(cursor)
    is_before = bool(at and at.is_before)
    found = _walk(queryset, field, sort.descending != is_before, at, size + 1)
    has_more = len(found) > size
    rows = found[:size]
    if is_before:
        rows.reverse()
    has_previous = has_more if is_before else at is not None
    has_next = True if is_before else has_more
    ends = (_cursor(rows[0], field, is_before=True), _cursor(rows[-1], field)) if rows else ("", "")
    return KeysetSlice(rows, Page(ends[0] if has_previous else "", ends[1] if has_next else "", size))


def _cursor(row: Model, field: str, *, is_before: bool = False) -> str:
    value: Any = row
    for part in field.split("__"):
        value = getattr(value, part)
    return Cursor(value, int(row.pk), is_before).encode()


def _walk(queryset: QuerySet[M], field: str, descending: bool, at: Cursor | None, limit: int) -> list[M]:
    """Up to ``limit`` rows after the cursor, in reading order, or backwards when it asks for what is before."""
    halves = [queryset.filter(**{f"{field}__isnull": False}), queryset.filter(**{f"{field}__isnull": True})]
    if at and at.is_before:
        halves.reverse()
    start = 0
    if at:
        in_null_half = at.value is None
        start = int(in_null_half != at.is_before)
        halves[start] = halves[start].filter(_beyond(field, descending, at))
    found: list[M] = []
    for half in halves[start:]:
        if len(found) < limit:
            sign = "-" if descending else ""
            found += half.order_by(f"{sign}{field}", f"{sign}pk")[: limit - len(found)]
    return found


def _beyond(field: str, descending: bool, at: Cursor) -> Q:
    side = "lt" if descending else "gt"
    later_id = Q(**{f"pk__{side}": at.id})
    if at.value is None:
        return later_id
    # The first condition alone bounds the index range; the second settles ties.
    return Q(**{f"{field}__{side}e": at.value}) & (Q(**{f"{field}__{side}": at.value}) | later_id)
