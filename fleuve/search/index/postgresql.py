"""Indexes of pg_trgm over the documents, one a kind, and one of how texts begin: PostgreSQL keeps them by itself.

The extension is *trusted*: the owner of the database may create it. Similarity is not used; slips are found by the
stored deletions on both databases alike.

One index over all kinds would read the entries of a word in a million customers to tell that no note holds it. And
titles that begin with a letter are neighbours in a plain index, while an index of three letters gathers all first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from fleuve.search.index.asking import Found, Phrase, Wanted
from fleuve.search.kinds import kinds
from fleuve.search.rules import kind_mark

__all__ = ["PostgresIndex", "create", "drop"]

_HEAD: Final = 80  # letters: an entry of a plain index has room for 2,700 bytes
_HEAD_INDEX: Final = "search_document_head"
_OF_A_KIND: Final = "search_text_of_"
_FILLING_MEMORY: Final = "256MB"
_READ: Final = 400  # letters of a text that ranking looks at: a note may have 20,000
_THERE: Final = "SELECT indexname FROM pg_indexes WHERE tablename = 'search_document' AND starts_with(indexname, %s)"


def create() -> list[str]:
    """The statements that make what is missing: the extension and an index for every kind that is registered."""
    return ["CREATE EXTENSION IF NOT EXISTS pg_trgm", *(f"CREATE INDEX IF NOT EXISTS {one}" for one in _indexes())]


def drop() -> list[str]:
    """The way back."""
    return [f"DROP INDEX IF EXISTS {one.split()[0]}" for one in _indexes()]


def _indexes() -> list[str]:
    """Name and definition of each."""
    kept = [kind.key for kind in kinds() if kind.read]
    texts = [f"{_OF_A_KIND}{key} ON search_document USING gin (text gin_trgm_ops) WHERE kind = '{key}'" for key in kept]
    return [f"{_HEAD_INDEX} ON search_document (left(text, {_HEAD}) text_pattern_ops)", *texts]


class PostgresIndex:
    """The indexes that PostgreSQL keeps by itself."""

    def matching(self, questions: Sequence[Wanted]) -> list[Found]:
        """The answers to all questions, in one statement."""
        parts: list[str] = []
        values: list[str | int] = []
        for wanted in questions:
            conditions = " ".join("AND " + _holds(phrase) for phrase in wanted.phrases)
            parts.append(
                f"SELECT * FROM (SELECT d.kind, d.subject_id, d.party_id, substr(d.text, 1, {_READ})"
                f" FROM search_document d WHERE d.kind = %s {conditions} LIMIT %s) AS part"
            )
            held = [value for phrase in wanted.phrases for value in _values(phrase, wanted.kind)]
            values += [wanted.kind, *held, wanted.most]
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
        """The indexes go and come back at the end, beside everybody's work: entry by entry it would take longer."""
        with connection.cursor() as cursor:
            for name in _names(cursor):
                cursor.execute(f'DROP INDEX IF EXISTS "{name}"')
        try:
            yield
        finally:
            beside = "" if connection.in_atomic_block else "CONCURRENTLY "
            with connection.cursor() as cursor:
                cursor.execute(f"SET maintenance_work_mem = '{_FILLING_MEMORY}'")
                for one in _indexes():
                    cursor.execute(f"CREATE INDEX {beside}IF NOT EXISTS {one}")
                cursor.execute("RESET maintenance_work_mem")
                # Which index answers depends on how common words are: nothing is known yet of what was just written.
                cursor.execute("ANALYZE search_document")

    def rebuild(self) -> None:
        """Make all of them again."""
        with connection.cursor() as cursor:
            for name in _names(cursor):
                cursor.execute(f'REINDEX INDEX "{name}"')

    def tidy(self) -> None:
        """Move the lists of pending entries into the indexes: the next question would pay for it."""
        with connection.cursor() as cursor:
            for name in _names(cursor):
                if name.startswith(_OF_A_KIND):
                    cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [name])


def _names(cursor: CursorWrapper) -> list[str]:
    """The indexes of texts that are there."""
    cursor.execute(_THERE, [_OF_A_KIND])
    return [*(name for (name,) in cursor.fetchall()), _HEAD_INDEX]


def _holds(phrase: Phrase) -> str:
    return "(" + " OR ".join(_condition(alternative) for alternative in phrase) + ")"


def _condition(alternative: str) -> str:
    return f"left(d.text, {_HEAD}) LIKE %s AND starts_with(d.text, %s)" if _begins(alternative) else "d.text LIKE %s"


def _values(phrase: Phrase, kind: str) -> Iterator[str]:
    for alternative in phrase:
        if _begins(alternative):
            beginning = kind_mark(kind) + alternative[1:]
            yield beginning[:_HEAD] + "%"
            yield beginning
        else:
            yield f"%{alternative}%"


def _begins(alternative: str) -> bool:
    """Whether it is the beginning of a title that is asked for."""
    return alternative.startswith("^")
