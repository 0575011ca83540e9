"""Record whether the revenue shown matches the books."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record
from fleuve.history.models import BooksCheck
from fleuve.kernel.principal import Principal, require

__all__ = ["answer_books"]


def answer_books(*, matches: bool, generation: int, revenue_told: int, by: Principal, at: datetime) -> BooksCheck:
    """Keep the answer beside the revenue that was on the page when it was given."""
    require(by, "configure")
    with transaction.atomic():
        answer = BooksCheck.objects.create(
            matches=matches,
            generation=generation,
            revenue_told=revenue_told,
            at=at,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        record(
            "history.books_answered",
            by=by,
            at=at,
            subject=("history", generation),
            data={"matches": matches, "revenue_told": revenue_told},
        )
    return answer
