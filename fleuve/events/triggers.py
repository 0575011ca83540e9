"""The database's own refusal to change or delete a fact, for whoever passes by Python.

They stop accidents and careless SQL, not an administrator who drops them: against that stands the hash chain, whose
head is also written to the log. A migration that alters ``events_event`` on SQLite rebuilds the table and loses them:
it must end with ``CREATE`` again (a test looks).
"""

from __future__ import annotations

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

__all__ = ["CREATE", "DROP", "create_triggers", "drop_triggers"]

_FROZEN: Final = (
    "id, name, at, actor_kind, actor_id, actor_role, subject_kind, subject_id, data, values_digest, request_id"
)

CREATE: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        f"""CREATE TRIGGER events_event_unchanged BEFORE UPDATE OF {_FROZEN} ON events_event
            BEGIN SELECT RAISE(ABORT, 'events are insert-only'); END""",
        """CREATE TRIGGER events_event_sealed_once BEFORE UPDATE OF seal_id ON events_event WHEN OLD.seal_id IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'events are sealed once'); END""",
        """CREATE TRIGGER events_event_kept BEFORE DELETE ON events_event
            BEGIN SELECT RAISE(ABORT, 'events are insert-only'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION events_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'events are insert-only' USING ERRCODE = 'restrict_violation'; END $$""",
        f"""CREATE TRIGGER events_event_unchanged BEFORE UPDATE OF {_FROZEN} ON events_event
            FOR EACH ROW EXECUTE FUNCTION events_event_refuse()""",
        """CREATE TRIGGER events_event_sealed_once BEFORE UPDATE OF seal_id ON events_event
            FOR EACH ROW WHEN (OLD.seal_id IS NOT NULL) EXECUTE FUNCTION events_event_refuse()""",
        """CREATE TRIGGER events_event_kept BEFORE DELETE ON events_event
            FOR EACH ROW EXECUTE FUNCTION events_event_refuse()""",
    ),
}

DROP: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS events_event_unchanged",
        "DROP TRIGGER IF EXISTS events_event_sealed_once",
        "DROP TRIGGER IF EXISTS events_event_kept",
    ),
    "postgresql": ("DROP FUNCTION IF EXISTS events_event_refuse() CASCADE",),
}


def create_triggers(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Migration step."""
    for statement in CREATE[editor.connection.vendor]:
        editor.execute(statement)


def drop_triggers(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Its way back."""
    for statement in DROP[editor.connection.vendor]:
        editor.execute(statement)
