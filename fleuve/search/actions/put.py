"""Write what can be found of some subjects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from fleuve.kernel.ids import new_id
from fleuve.search.actions.spelling import learn
from fleuve.search.index import index
from fleuve.search.kinds import Entry
from fleuve.search.models import Document
from fleuve.search.rules import document_text, taught_words

__all__ = ["MOST_AT_ONCE", "put"]

MOST_AT_ONCE: Final = 500


@transaction.atomic
def put(kind: str, entries: Sequence[Entry], *, at: datetime) -> int:
    """Make these subjects findable by what they say now; returns how many documents changed.

    Call it in the transaction that changed them, for at most 500 of them: thousands are marked (``mark``).
    """
    if len(entries) > MOST_AT_ONCE:
        raise ValueError(f"{len(entries)} documents at once: mark more than {MOST_AT_ONCE}, and the index job follows")
    known = Document.objects.filter(kind=kind, subject_id__in=[entry.subject_id for entry in entries])
    before = {document.subject_id: document for document in known}
    changed: dict[int, Document] = {}
    for entry in entries:
        document = _document(kind, entry, before.get(entry.subject_id), at)
        if not _is_same(document, before.get(entry.subject_id)):
            changed[entry.subject_id] = document
    if not changed:
        return 0
    outdated = [before[subject] for subject in changed if subject in before]
    index().remove((document.pk, document.text) for document in outdated)
    Document.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["kind", "subject_id"],
        update_fields=["party_id", "text", "at"],
    )
    index().add((document.pk, document.text) for document in changed.values())
    learn(
        gained=[word for document in changed.values() for word in set(taught_words(document.text))],
        lost=[word for document in outdated for word in set(taught_words(document.text))],
    )
    return len(changed)


def _document(kind: str, entry: Entry, before: Document | None, at: datetime) -> Document:
    return Document(
        id=before.pk if before else new_id(),
        kind=kind,
        subject_id=entry.subject_id,
        party_id=entry.party_id,
        text=document_text(kind, entry.title, entry.names, entry.body),
        at=at,
    )


def _is_same(document: Document, before: Document | None) -> bool:
    return before is not None and (before.text, before.party_id) == (document.text, document.party_id)
