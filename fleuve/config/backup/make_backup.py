"""``fleuve backup``: one archive, read back and compared before it is called a backup."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

import fleuve
from fleuve.config.backup.archive import ArchiveReader, ArchiveWriter, Manifest
from fleuve.config.backup.errors import BackupRefused
from fleuve.config.backup.reading import snapshot
from fleuve.config.backup.tables import LEFT_OUT, tables_of
from fleuve.config.home import Home
from fleuve.config.schema import schema_state
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["Backup", "Tell", "applied_migrations", "make_backup"]

# (step, done, total): the progress line of the command.
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Backup:
    """A backup that was made and verified."""

    path: Path
    bytes: int
    sha256: str
    tables: int
    rows: int
    files: int


def applied_migrations(executor: MigrationExecutor) -> tuple[str, ...]:
    """The schema of this database, as sorted ``app.migration`` names of the tables that travel."""
    return tuple(sorted(f"{a}.{name}" for a, name in executor.loader.applied_migrations if a not in LEFT_OUT))


def make_backup(home: Home, path: Path, tell: Tell, *, by: Principal, at: datetime) -> Backup:
    """Write the archive to ``path`` from one snapshot, verify it, and record the event."""
    require(by, "operate")
    state = schema_state()
    if state.is_empty:
        raise BackupRefused(_("There is no database in this data folder yet, so there is nothing to back up."))
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = ArchiveWriter(path)
    try:
        manifest = _write(writer, home, tell, at)
    except BaseException:
        writer.abandon()
        raise
    tell("Verifying", 0, 0)
    reader = ArchiveReader(path)
    reader.verify()
    reader.close()
    backup = Backup(path, path.stat().st_size, _digest(path), len(manifest.tables), manifest.rows, len(manifest.files))
    if not state.pending:  # an older schema may have nowhere to write the event
        _record(backup, by=by, at=at)
    return backup


def _record(backup: Backup, *, by: Principal, at: datetime) -> None:
    with transaction.atomic():
        data = {"bytes": backup.bytes, "sha256": backup.sha256, "rows": backup.rows}
        record("backup.backup_made", by=by, at=at, data=data)


def _write(writer: ArchiveWriter, home: Home, tell: Tell, at: datetime) -> Manifest:
    executor = MigrationExecutor(connection)
    # The models as this very schema knows them, which may be older than the program's.
    apps = executor.loader.project_state(list(executor.loader.applied_migrations)).apps
    with snapshot() as source:
        tables = tables_of(apps)
        total, done = sum(source.count(table) for table in tables), 0

        def count(rows: int) -> None:
            nonlocal done
            done += rows
            tell("Writing rows", done, total)

        for table in tables:
            writer.add_table(table, source.rows(table), count)
    for name, file in _uploads(home):
        writer.add_file(name, file)
    manifest = Manifest(
        version=fleuve.__version__,
        made_at=at.isoformat(),
        vendor=connection.vendor,
        migrations=applied_migrations(executor),
        tables=tuple(writer.tables),
        files=tuple(writer.files),
    )
    writer.finish(manifest)
    return manifest


def _uploads(home: Home) -> Iterator[tuple[str, Path]]:
    for file in sorted(home.uploads.rglob("*")):
        if file.is_file():
            yield file.relative_to(home.uploads).as_posix(), file


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
