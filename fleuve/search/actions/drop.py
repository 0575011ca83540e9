"""Take subjects out of what can be found."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from fleuve.search.actions.spelling import learn
from fleuve.search.index import index
from fleuve.search.models import Document
from fleuve.search.rules import taught_words

__all__ = ["drop"]


@transaction.atomic
def drop(kind: str, ids: Collection[int]) -> int:
    """Forget these subjects and the words that only they taught; returns how many documents went."""
    documents = list(Document.objects.filter(kind=kind, subject_id__in=ids))
    if not documents:
        return 0
    index().remove((document.pk, document.text) for document in documents)
    Document.objects.filter(pk__in=[document.pk for document in documents]).delete()
    learn(gained=[], lost=[word for document in documents for word in set(taught_words(document.text))])
    return len(documents)
