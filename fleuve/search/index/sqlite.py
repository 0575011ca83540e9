"""FTS5 with three letters a token, no positions (``detail=none``: a third smaller) and the text kept in the documents.

Without positions it has no phrases: a phrase becomes the *and* of its runs of three letters, and the text itself
decides. Every run is quoted: what a person types never reaches the query language of FTS5. Deleting needs the text
that was indexed, because the index keeps none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from django.db import connection

from fleuve.search.index.asking import Found, Phrase, Wanted
from fleuve.search.rules import kind_mark, trigrams

__all__ = ["SqliteIndex", "create", "drop"]

_CREATE: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5("
    "text, tokenize='trigram', content='search_document', content_rowid='id', detail='none')"
)
_SHORTEST: Final = 3
_READ: Final = 400  # letters of a text that ranking looks at: a note may have 20,000


def create() -> list[str]:
    """The statements that make what is missing."""
    return [_CREATE]


def drop() -> list[str]:
    """The way back."""
    return ["DROP TABLE IF EXISTS search_index"]


class SqliteIndex:
    """The index beside the documents, as a virtual table."""

    def matching(self, questions: Sequence[Wanted]) -> list[Found]:
        """The answers to all questions, in one statement."""
        parts: list[str] = []
        values: list[str | int] = []
        for wanted in questions:
            conditions = " ".join("AND " + _holds(phrase) for phrase in wanted.phrases)
            parts.append(
                f"SELECT * FROM (SELECT d.kind, d.subject_id, d.party_id, substr(d.text, 1, {_READ}) FROM search_index"
                " CROSS JOIN search_document d ON d.id = search_index.rowid"
                f" WHERE search_index MATCH %s AND d.kind = %s {conditions} LIMIT %s)"
            )
            held = [alternative for phrase in wanted.phrases for alternative in phrase]
            values += [_query(wanted), wanted.kind, *held, wanted.most]
        if not parts:
            return []
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            return [Found(*row) for row in cursor.fetchall()]

    def add(self, documents: Iterable[tuple[int, str]]) -> None:
        """These documents were written."""
        _many("INSERT INTO search_index(rowid, text) VALUES (%s, %s)", documents)

    def remove(self, documents: Iterable[tuple[int, str]]) -> None:
        """These documents are about to go or to change."""
        _many("INSERT INTO search_index(search_index, rowid, text) VALUES ('delete', %s, %s)", documents)

    def being_filled(self) -> AbstractContextManager[None]:
        """Nothing is put off: one rebuild at the end would be twice as fast and keep everybody from saving meanwhile.

        300,000 documents in transactions of 2,000: 3.9 s, .07 s the longest; at once: 2.4 s, 1.9 s the longest.
        """
        return nullcontext()

    def rebuild(self) -> None:
        """Make the whole index again from the documents."""
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_index(search_index) VALUES ('rebuild')")

    def tidy(self) -> None:
        """Merging goes on by itself, a little with each write."""


def _many(statement: str, documents: Iterable[tuple[int, str]]) -> None:
    rows = list(documents)
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _holds(phrase: Phrase) -> str:
    return "(" + " OR ".join(["instr(d.text, %s) > 0"] * len(phrase)) + ")"


def _query(wanted: Wanted) -> str:
    # The end of the kind's mark is enough to read no other kind's documents, and less to go through than all of it.
    groups = [_all_of(kind_mark(wanted.kind)[-4:])]
    # A single letter with the space before it is shorter than what the index knows: it is looked for in the text only.
    for phrase in wanted.phrases:
        if all(len(alternative) >= _SHORTEST for alternative in phrase):
            groups.append("(" + " OR ".join(_all_of(alternative) for alternative in phrase) + ")")
    return " AND ".join(groups)


def _all_of(phrase: str) -> str:
    runs = ['"' + run.replace('"', '""') + '"' for run in trigrams(phrase)]
    return "(" + " AND ".join(runs) + ")"
