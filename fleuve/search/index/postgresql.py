"""A GIN index of pg_trgm over the documents: PostgreSQL keeps it, and ``LIKE`` uses it.

The extension is *trusted*: the owner of the database may create it. Similarity is not used; slips are found by the
stored deletions on both databases alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.db import connection

from fleuve.search.index.asking import Found, Phrase, Wanted
from fleuve.search.rules import kind_mark

__all__ = ["CREATE", "DROP", "PostgresIndex"]

_CREATE_INDEX: Final = "CREATE INDEX {}search_document_text ON search_document USING gin (text gin_trgm_ops)"
_DROP_INDEX: Final = "DROP INDEX IF EXISTS search_document_text"
CREATE: Final = ("CREATE EXTENSION IF NOT EXISTS pg_trgm", _CREATE_INDEX.format(""))
DROP: Final = (_DROP_INDEX,)
_FILLING_MEMORY: Final = "256MB"
_READ: Final = 400  # letters of a text that ranking looks at: a note may have 20,000


class PostgresIndex:
    """The index that PostgreSQL keeps by itself."""

    def matching(self, questions: Sequence[Wanted]) -> list[Found]:
        """The answers to all questions, in one statement."""
        parts: list[str] = []
        values: list[str | int] = []
        for wanted in questions:
            conditions = " ".join("AND " + _holds(phrase) for phrase in wanted.phrases)
            parts.append(
                f"SELECT * FROM (SELECT d.kind, d.subject_id, d.party_id, substr(d.text, 1, {_READ})"
                f" FROM search_document d WHERE d.text LIKE %s AND d.kind = %s {conditions} LIMIT %s) AS part"
            )
            held = [f"%{alternative}%" for phrase in wanted.phrases for alternative in phrase]
            values += [f"{kind_mark(wanted.kind)}%", wanted.kind, *held, wanted.most]
        if not parts:
            return []
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            return [Found(*row) for row in cursor.fetchall()]

    def add(self, documents: Iterable[tuple[int, str]]) -> None:
        """The database has seen them itself."""

    def remove(self, documents: Iterable[tuple[int, str]]) -> None:
        """The database sees it itself."""

    @contextmanager
    def being_filled(self) -> Iterator[None]:
        """The index goes and comes back at the end, beside everybody's work: entry by entry it would take longer."""
        with connection.cursor() as cursor:
            cursor.execute(_DROP_INDEX)
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"SET maintenance_work_mem = '{_FILLING_MEMORY}'")
                cursor.execute(_CREATE_INDEX.format("" if connection.in_atomic_block else "CONCURRENTLY "))
                cursor.execute("RESET maintenance_work_mem")

    def rebuild(self) -> None:
        """Make the whole index again."""
        with connection.cursor() as cursor:
            cursor.execute("REINDEX INDEX search_document_text")

    def tidy(self) -> None:
        """Move the list of pending entries into the index: the next question would pay for it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('search_document_text'::regclass)")


def _holds(phrase: Phrase) -> str:
    return "(" + " OR ".join(["d.text LIKE %s"] * len(phrase)) + ")"
