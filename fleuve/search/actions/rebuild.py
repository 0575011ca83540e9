"""Make everything that can be found anew, from the tables of every kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction

from fleuve.search.actions.refresh import refresh
from fleuve.search.index import index
from fleuve.search.kinds import kinds
from fleuve.search.models import Document, Pending, Slip, Word

__all__ = ["rebuild"]

_STEP: Final = 500


def rebuild(*, at: datetime, tell: Callable[[str, int], None] | None = None) -> int:
    """Forget all documents and write them again, kind by kind; returns how many subjects were read.

    For after a restore, or by hand when in doubt. People may go on working: until it is done they find less.
    """
    with transaction.atomic():
        Slip.objects.all().delete()
        Word.objects.all().delete()
        Document.objects.all().delete()
        Pending.objects.all().delete()
        index().rebuild()  # over no documents: empty
    done = 0
    for kind in kinds():
        after = 0
        while kind.walk is not None and (ids := list(kind.walk(after, _STEP))):
            with transaction.atomic():
                refresh(kind.key, ids, at=at, at_once=_STEP)
            after, done = ids[-1], done + len(ids)
            if tell:
                tell(kind.key, done)
    return done
