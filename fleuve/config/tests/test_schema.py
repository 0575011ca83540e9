from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from fleuve.config.home import Home
from fleuve.config.locks import InUse, hold_exclusively, hold_shared, wait_exclusively
from fleuve.config.schema import SchemaIsNewer, copy_before_migration, migrate, schema_state

NOW = datetime(2026, 11, 21, 10, 15, tzinfo=UTC)


@pytest.mark.django_db
def test_a_current_schema_is_left_alone(fleuve_home: Home) -> None:
    assert schema_state().pending == ()
    assert migrate(fleuve_home, NOW) == ()


@pytest.mark.django_db
def test_a_newer_schema_is_refused_with_what_to_do(fleuve_home: Home) -> None:
    MigrationRecorder(connection).record_applied("parties", "0099_from_the_future")
    with pytest.raises(SchemaIsNewer, match=r"parties\.0099_from_the_future.*restore a backup"):
        migrate(fleuve_home, NOW)


@pytest.mark.django_db(transaction=True)
def test_an_older_schema_is_copied_then_migrated(fleuve_home: Home) -> None:
    MigrationRecorder(connection).record_unapplied("contenttypes", "0002_remove_content_type_name")
    try:
        assert schema_state().pending == ("contenttypes.0002_remove_content_type_name",)
        copy = copy_before_migration(fleuve_home, NOW)
    finally:
        MigrationRecorder(connection).record_applied("contenttypes", "0002_remove_content_type_name")
    if connection.vendor == "sqlite":
        assert copy is not None
        with sqlite3.connect(copy) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        opened.close()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="copies by pg_dump depend on what is installed")
@pytest.mark.django_db(transaction=True)
def test_five_copies_are_kept(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for day in range(1, 9):
        copy_before_migration(home, NOW.replace(day=day))
    kept = sorted(home.backups.glob("before-migration-*"))
    assert len(kept) == 5
    assert "20261108" in kept[-1].name


@pytest.mark.django_db(transaction=True)
def test_programs_that_start_together_migrate_one_after_the_other(fleuve_home: Home) -> None:
    results: list[tuple[str, ...]] = []

    def start() -> None:
        results.append(migrate(fleuve_home, NOW))
        connections.close_all()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert results == [()] * 4


def test_a_restore_waits_for_nobody_and_is_alone(tmp_path: Path) -> None:
    lock = tmp_path / "in-use.lock"
    with hold_shared(lock), hold_shared(lock), pytest.raises(InUse, match="Stop it first"), hold_exclusively(lock):
        pass
    with hold_exclusively(lock), pytest.raises(InUse), hold_shared(lock):
        pass
    with wait_exclusively(lock):
        pass
