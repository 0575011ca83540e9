"""Take subjects out of what can be found."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from fleuve.search.actions.spelling import learn
from fleuve.search.documents import indexed, stored, words_in
from fleuve.search.index import index
from fleuve.search.models import Document

__all__ = ["drop"]


@transaction.atomic
def drop(kind: str, ids: Collection[int]) -> int:
    """Forget these subjects and the words that only they taught; returns how many documents went."""
    documents = list(stored(kind, ids).values()) if ids else []
    if not documents:
        return 0
    index().remove(indexed(documents))
    Document.objects.filter(pk__in=[one.pk for one in documents]).delete()
    learn(gained={}, lost=words_in(documents))
    return len(documents)
