from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection

from fleuve.accounts.actions.create_owner import create_owner
from fleuve.accounts.models import Organisation, User
from fleuve.config.backup.archive import ArchiveReader
from fleuve.config.backup.errors import ArchiveDamaged, ArchiveIsNewer, TargetNotEmpty
from fleuve.config.backup.make_backup import make_backup
from fleuve.config.backup.restore_backup import restore_backup
from fleuve.config.backup.tables import tables_of
from fleuve.config.home import Home
from fleuve.events.models import Event
from fleuve.events.triggers import CREATE, DROP
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import ANONYMOUS, SYSTEM
from tests.journeys.programs import command

NOW = datetime(2026, 3, 29, 0, 59, 30, 250, tzinfo=UTC)


def _tell(step: str, done: int, total: int) -> None:
    """Nobody listens."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path / "home")
    found.prepare()
    (found.uploads / "2026").mkdir()
    (found.uploads / "2026" / "facture é.csv").write_bytes(b"a;b\r\n1;2\r\n" * 1000)
    return found


@pytest.fixture
def some_data(transactional_db: None) -> None:
    Organisation.objects.all().delete()
    Organisation.objects.create(name="Épicerie 'Ω' \\ \t\n", currency="EUR", timezone="Europe/Paris", created_at=NOW)
    create_owner(email="alice@example.org", name="Alice", password=None, by=SYSTEM, at=NOW)
    create_owner(email="bob@example.org", name="Bob", password=None, by=SYSTEM, at=NOW.replace(microsecond=0))


def _contents(path: Path) -> dict[str, list[Any]]:
    """Rows by table, JSON columns parsed: the two databases print the same JSON differently."""
    reader = ArchiveReader(path)
    found = {}
    for entry in reader.manifest.tables:
        places = [place for place, column in enumerate(entry.table.columns) if column.kind == "json"]
        rows = list(reader.rows(entry))
        for row in rows:
            for place in places:
                row[place] = None if row[place] is None else json.loads(row[place])
        found[entry.table.name] = rows
    reader.close()
    return found


def test_every_column_of_every_table_has_a_written_form() -> None:
    tables = tables_of(apps)
    assert {"accounts_user", "events_event", "jobs_job"} <= {table.name for table in tables}
    assert "django_session" not in {table.name for table in tables}


@pytest.mark.usefixtures("some_data")
def test_what_is_saved_comes_back(home: Home, tmp_path: Path) -> None:
    made = make_backup(home, tmp_path / "a.zip", _tell, by=SYSTEM, at=NOW)
    before = _contents(made.path)
    assert len(before["accounts_user"]) == 2
    User.objects.filter(email="bob@example.org").update(name="Robert")
    (home.uploads / "2026" / "facture é.csv").unlink()

    restored = restore_backup(home, made.path, _tell, replace=True, by=SYSTEM, at=NOW)
    assert (restored.rows, restored.files) == (made.rows, 1)
    assert User.objects.get(email="bob@example.org").name == "Bob"
    assert (home.uploads / "2026" / "facture é.csv").stat().st_size == 10_000
    again = make_backup(home, tmp_path / "b.zip", _tell, by=SYSTEM, at=NOW)
    assert _contents(again.path) == before


@pytest.mark.usefixtures("some_data")
def test_a_backup_is_recorded_and_needs_the_right(home: Home, tmp_path: Path) -> None:
    made = make_backup(home, tmp_path / "a.zip", _tell, by=SYSTEM, at=NOW)
    event = Event.objects.get(name="backup.backup_made")
    assert event.data["sha256"] == made.sha256
    with pytest.raises(PermissionRefused):
        make_backup(home, tmp_path / "b.zip", _tell, by=ANONYMOUS, at=NOW)
    with pytest.raises(PermissionRefused):
        restore_backup(home, made.path, _tell, replace=True, by=ANONYMOUS, at=NOW)


@pytest.mark.usefixtures("some_data")
def test_it_does_not_mix_two_sets_of_customers(home: Home, tmp_path: Path) -> None:
    made = make_backup(home, tmp_path / "a.zip", _tell, by=SYSTEM, at=NOW)
    with pytest.raises(TargetNotEmpty, match="--force"):
        restore_backup(home, made.path, _tell, replace=False, by=SYSTEM, at=NOW)


@pytest.mark.usefixtures("some_data")
def test_replacing_passes_the_guards_of_the_trail_and_puts_them_back(home: Home, tmp_path: Path) -> None:
    made = make_backup(home, tmp_path / "a.zip", _tell, by=SYSTEM, at=NOW)
    with connection.cursor() as cursor:
        for statement in CREATE[connection.vendor]:
            cursor.execute(statement)
    try:
        restore_backup(home, made.path, _tell, replace=True, by=SYSTEM, at=NOW)
        with pytest.raises(DatabaseError, match="insert-only"):
            Event.objects.all()._raw_delete("default")
    finally:
        with connection.cursor() as cursor:
            for statement in DROP[connection.vendor]:
                cursor.execute(statement)


def _rewritten(source: Path, target: Path, changes: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
    return target


@pytest.mark.usefixtures("some_data")
def test_a_damaged_archive_changes_nothing(home: Home, tmp_path: Path) -> None:
    made = make_backup(home, tmp_path / "a.zip", _tell, by=SYSTEM, at=NOW)
    with zipfile.ZipFile(made.path) as archive:
        users = archive.read("tables/accounts_user.jsonl")
    damaged = _rewritten(
        made.path, tmp_path / "b.zip", {"tables/accounts_user.jsonl": users.replace(b"Alice", b"Alicf")}
    )
    with pytest.raises(ArchiveDamaged):
        restore_backup(home, damaged, _tell, replace=True, by=SYSTEM, at=NOW)
    assert set(User.objects.values_list("name", flat=True)) == {"Alice", "Bob"}


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(ArchiveDamaged, match="not a whole backup"):
        ArchiveReader(path)


@pytest.mark.usefixtures("some_data")
def test_an_archive_of_a_later_version_is_refused(home: Home, tmp_path: Path) -> None:
    made = make_backup(home, tmp_path / "a.zip", _tell, by=SYSTEM, at=NOW)
    with zipfile.ZipFile(made.path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["migrations"].append("parties.0099_from_the_future")
    later = _rewritten(made.path, tmp_path / "b.zip", {"manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(ArchiveIsNewer, match="0099_from_the_future"):
        restore_backup(home, later, _tell, replace=True, by=SYSTEM, at=NOW)


@pytest.mark.usefixtures("some_data")
def test_the_embedded_database_reads_what_either_one_saved(home: Home, tmp_path: Path) -> None:
    made = make_backup(home, tmp_path / "a.zip", _tell, by=SYSTEM, at=NOW)
    other = tmp_path / "other"
    facts = command(["restore", str(made.path)], home=other)
    assert facts["rows"] == made.rows
    command(["backup", str(tmp_path / "b.zip")], home=other)
    before, after = _contents(made.path), _contents(tmp_path / "b.zip")
    new_events = [row for row in after["events_event"] if row not in before["events_event"]]
    assert len(new_events) == 1, "the restore itself"
    for table in before.keys() - {"events_event", "jobs_schedulestate", "jobs_job"}:
        assert after[table] == before[table], table


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a server beside the embedded database")
@pytest.mark.usefixtures("some_data")
def test_a_server_reads_what_the_embedded_database_saved(home: Home, tmp_path: Path) -> None:
    made = make_backup(home, tmp_path / "a.zip", _tell, by=SYSTEM, at=NOW)
    command(["restore", str(made.path)], home=tmp_path / "other")
    moved = command(["backup", str(tmp_path / "b.zip")], home=tmp_path / "other")
    assert moved["verified"]
    User.objects.all().delete()
    restore_backup(home, tmp_path / "b.zip", _tell, replace=True, by=SYSTEM, at=NOW)
    make_backup(home, tmp_path / "c.zip", _tell, by=SYSTEM, at=NOW)
    before, after = _contents(tmp_path / "b.zip"), _contents(tmp_path / "c.zip")
    assert after == before
