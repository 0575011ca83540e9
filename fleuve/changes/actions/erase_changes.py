"""Erase what the journal keeps about a subject."""

from __future__ import annotations

from collections.abc import Sequence

from fleuve.changes.models import Change

__all__ = ["erase_changes"]


def erase_changes(subject_kind: str, subject_ids: Sequence[int]) -> int:
    """Delete every old and new value of these subjects; what they are worth now is not touched, nor undone any more.

    Permission and event are those of the erasure that calls it.
    """
    gone, _each = Change.objects.filter(subject_kind=subject_kind, subject_id__in=subject_ids).delete()
    return gone
