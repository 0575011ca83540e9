"""Documents as rows, by the thousand: plain statements instead of an object for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from django.db import connection

from fleuve.kernel.ids import new_ids
from fleuve.search.kinds import Entry
from fleuve.search.models import Document
from fleuve.search.rules import document_text, taught_words

__all__ = ["Told", "Written", "indexed", "stored", "told", "words_in", "write"]

Told: TypeAlias = dict[int, "Written"]
"""What documents say, by subject."""

_TABLE: Final = Document._meta.db_table
_STORED: Final = f"SELECT subject_id, party_id, text, id FROM {_TABLE} WHERE kind = %s AND subject_id IN ({{}})"
_WRITE: Final = (
    f"INSERT INTO {_TABLE} (id, kind, subject_id, party_id, text, at) VALUES (%s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (kind, subject_id) DO UPDATE SET party_id = excluded.party_id, text = excluded.text, at = excluded.at"
)


@dataclass(slots=True)
class Written:
    """One document: whom it is about and its text; ``pk`` once it has a row."""

    party_id: int | None
    text: str
    pk: int = 0

    def says_the_same_as(self, other: Written | None) -> bool:
        """Whether writing this in place of ``other`` would change anything."""
        return other is not None and (self.text, self.party_id) == (other.text, other.party_id)


def told(kind: str, entries: Iterable[Entry]) -> Told:
    """The documents of these entries, as they are to be."""
    return {
        entry.subject_id: Written(entry.party_id, document_text(kind, entry.title, entry.names, entry.body))
        for entry in entries
    }


def stored(kind: str, subjects: Collection[int]) -> Told:
    """The documents of these subjects, as they are."""
    if not subjects:
        return {}
    with connection.cursor() as cursor:
        # Numbers as literals: the query set would look at each of some thousand ids several times.
        cursor.execute(_STORED.format(", ".join(str(int(one)) for one in subjects)), [kind])
        return {subject: Written(party, text, pk) for subject, party, text, pk in cursor.fetchall()}


def write(kind: str, documents: Told, at: datetime) -> None:
    """Insert these documents, or put them in the place of those whose ``pk`` they have."""
    unnumbered = [one for one in documents.values() if not one.pk]
    for one, pk in zip(unnumbered, new_ids(len(unnumbered)), strict=True):
        one.pk = pk
    moment = connection.ops.adapt_datetimefield_value(at)
    rows = [(one.pk, kind, subject, one.party_id, one.text, moment) for subject, one in documents.items()]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_WRITE, rows)


def indexed(documents: Iterable[Written]) -> list[tuple[int, str]]:
    """What the index is told of these documents."""
    return [(one.pk, one.text) for one in documents]


def words_in(documents: Iterable[Written]) -> Counter[str]:
    """How many of these documents use each word that teaches the spelling."""
    return Counter(word for one in documents for word in set(taught_words(one.text)))
