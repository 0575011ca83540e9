from __future__ import annotations

from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from fleuve.events import record
from fleuve.events.actions.seal_events import seal_events
from fleuve.events.models import Event
from fleuve.events.tests.cast import ALICE, NOON
from fleuve.events.triggers import CREATE, create_triggers
from fleuve.kernel.principal import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _triggers(db: None) -> None:
    """The test run removes them (see the root conftest); they go again with this test's transaction."""
    with connection.cursor() as cursor:
        for statement in CREATE[connection.vendor]:
            cursor.execute(statement)


def _refuses(statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"insert-only|sealed once"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_database_refuses_to_change_or_delete_an_event() -> None:
    record("imports.file_imported", by=ALICE, at=NOON)
    _refuses("UPDATE events_event SET name = 'x'")
    _refuses("UPDATE events_event SET data = '{}'")
    _refuses("DELETE FROM events_event")
    assert Event.objects.count() == 1


def test_it_lets_a_seal_be_set_once_and_a_colleague_be_forgotten() -> None:
    record("imports.file_imported", by=ALICE, at=NOON)
    seal_events(by=SYSTEM, at=NOON)
    connection.cursor().execute("UPDATE events_event SET actor_label = ''")
    _refuses("UPDATE events_event SET seal_id = NULL")


def test_every_column_is_frozen_but_the_two_that_are_said() -> None:
    columns = {field.column for field in Event._meta.local_concrete_fields}
    frozen = CREATE["sqlite"][0].split("OF ")[1].split(" ON")[0].split(", ")
    assert columns - set(frozen) == {"seal_id", "actor_label"}


def test_the_migration_creates_them() -> None:
    migration = import_module("fleuve.events.migrations.0001_initial").Migration
    assert create_triggers in [getattr(operation, "code", None) for operation in migration.operations]
