"""Migration steps that make and drop the index of the database in use.

A later version that registers another kind runs ``create_index`` in a migration once more: what is there stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from fleuve.search.index import postgresql, sqlite

__all__ = ["create_index", "drop_index"]

_CREATE: Final[dict[str, Callable[[], Sequence[str]]]] = {"sqlite": sqlite.create, "postgresql": postgresql.create}
_DROP: Final[dict[str, Callable[[], Sequence[str]]]] = {"sqlite": sqlite.drop, "postgresql": postgresql.drop}


def create_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Migration step."""
    for statement in _CREATE[editor.connection.vendor]():
        editor.execute(statement)


def drop_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Its way back."""
    for statement in _DROP[editor.connection.vendor]():
        editor.execute(statement)
