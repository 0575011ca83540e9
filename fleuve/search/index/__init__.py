"""The index of three letters, one implementation per database; ``index()`` answers the one in use.

This is the only place of the module that knows which database runs.
"""

from __future__ import annotations

from django.db import connection

from fleuve.search.index.asking import Found, Index, Phrase, Wanted
from fleuve.search.index.postgresql import PostgresIndex
from fleuve.search.index.sqlite import SqliteIndex

__all__ = ["Found", "Index", "Phrase", "Wanted", "index"]

_INDEXES: dict[str, Index] = {"sqlite": SqliteIndex(), "postgresql": PostgresIndex()}


def index() -> Index:
    """The index of the database in use."""
    return _INDEXES[connection.vendor]
