"""Migration steps that make and drop the index of the database in use."""

from __future__ import annotations

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from fleuve.search.index import postgresql, sqlite

__all__ = ["CREATE", "DROP", "create_index", "drop_index"]

CREATE: Final[dict[str, tuple[str, ...]]] = {"sqlite": sqlite.CREATE, "postgresql": postgresql.CREATE}
DROP: Final[dict[str, tuple[str, ...]]] = {"sqlite": sqlite.DROP, "postgresql": postgresql.DROP}


def create_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Migration step."""
    for statement in CREATE[editor.connection.vendor]:
        editor.execute(statement)


def drop_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Its way back."""
    for statement in DROP[editor.connection.vendor]:
        editor.execute(statement)
