"""Mark list rows as changed, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fleuve.lists.models import CardMark
from fleuve.lists.rules import in_marks

__all__ = ["mark_cards"]


def mark_cards(party_ids: Sequence[int], at: datetime) -> None:
    """Have every list read these parties from the database until the next mirror holds them."""
    CardMark.objects.bulk_create(CardMark(parties=packed, marked_at=at) for packed in in_marks(party_ids))
