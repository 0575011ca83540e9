"""Say that thousands of subjects changed; their documents follow in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fleuve.search.models import Pending
from fleuve.search.packing import packed

__all__ = ["mark"]

_A_ROW: Final = 5_000


def mark(kind: str, ids: Sequence[int], *, at: datetime) -> None:
    """Have the documents of these subjects written soon: one small row per 5,000, in the caller's transaction."""
    Pending.objects.bulk_create(
        Pending(kind=kind, ids=packed(ids[start : start + _A_ROW]), marked_at=at)
        for start in range(0, len(ids), _A_ROW)
    )
