"""``fleuve restore``: an archive into an empty database of either kind, in one transaction, counted afterwards."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps.registry import Apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from fleuve.config.backup.archive import ArchiveReader, Manifest, TableEntry
from fleuve.config.backup.errors import ArchiveDamaged, ArchiveIsNewer, TargetNotEmpty
from fleuve.config.backup.make_backup import Tell, applied_migrations
from fleuve.config.backup.tables import LEFT_OUT, Table, tables_of
from fleuve.config.backup.writing import clear_tables, count_rows, load_rows
from fleuve.config.home import Home
from fleuve.events import record
from fleuve.imports.actions import pause_after_restore
from fleuve.kernel.principal import Principal, require
from fleuve.search.index import index
from fleuve.webhooks.actions import switch_off_after_restore

__all__ = ["Restored", "record_restored", "restore_backup"]

_MAY_HOLD_ROWS = frozenset({"jobs.ScheduleState"})


@dataclass(frozen=True)
class Restored:
    """What came out of the archive."""

    tables: int
    rows: int
    files: int
    made_at: str


def restore_backup(home: Home, path: Path, tell: Tell, *, replace: bool, by: Principal, at: datetime) -> Restored:
    """Put the archive in place. ``replace`` allows a database that holds data already; that data is gone afterwards.

    The caller holds the data folder alone and has an empty or current schema. An archive of an earlier version is
    loaded into the schema of its time; the caller then migrates forward.
    """
    require(by, "operate")
    reader = ArchiveReader(path)
    try:
        apps = _schema_of(reader.manifest, replace=replace)
        with transaction.atomic():
            _load(reader, tables_of(apps), tell)
            _reset_sequences(apps)
        _restore_files(reader, home, tell)
    finally:
        reader.close()
    return Restored(
        tables=len(reader.manifest.tables),
        rows=reader.manifest.rows,
        files=len(reader.manifest.files),
        made_at=reader.manifest.made_at,
    )


def record_restored(restored: Restored, *, by: Principal, at: datetime) -> None:
    """The event, once the schema is the program's again; nothing is sent until a person says so."""
    require(by, "operate")
    with transaction.atomic():
        switch_off_after_restore(by=by, at=at)
        pause_after_restore(by=by, at=at)
        index().rebuild()  # the documents travelled; SQLite's index over them is no table of Django's
        record("backup.restored", by=by, at=at, data={"rows": restored.rows, "made_at": restored.made_at})


def _schema_of(manifest: Manifest, *, replace: bool) -> Apps:
    executor = MigrationExecutor(connection)
    wanted = [_key(name) for name in manifest.migrations]
    unknown = [".".join(key) for key in wanted if key not in executor.loader.disk_migrations]
    if unknown:
        raise ArchiveIsNewer(
            _("This backup was made by a later version of Fleuve (it knows %(first)s). Restore it with that version.")
            % {"first": unknown[0]}
        )
    _refuse_rows(executor, replace=replace)
    if set(applied_migrations(executor)) != set(manifest.migrations):
        _bring_to(executor, wanted)
        executor = MigrationExecutor(connection)
    return executor.loader.project_state(list(executor.loader.applied_migrations)).apps


def _bring_to(executor: MigrationExecutor, wanted: list[tuple[str, str]]) -> None:
    ours = {key for key in executor.loader.disk_migrations if key[0] not in LEFT_OUT}
    if ours == set(wanted):  # of this very version: its whole schema, at once
        call_command("migrate", interactive=False, verbosity=0)
    else:
        executor.migrate(_last_of_each_app(executor, wanted))


def _key(name: str) -> tuple[str, str]:
    app, _dot, migration = name.partition(".")
    return app, migration


def _last_of_each_app(executor: MigrationExecutor, wanted: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Django takes an earlier migration of an applied app as "go back to it": name the last ones only."""
    graph, given = executor.loader.graph, set(wanted)
    return [
        key for key in wanted if not any(c.key in given and c.key[0] == key[0] for c in graph.node_map[key].children)
    ]


def _refuse_rows(executor: MigrationExecutor, *, replace: bool) -> None:
    existing = set(connection.introspection.table_names())
    apps = executor.loader.project_state(list(executor.loader.applied_migrations)).apps
    for table in tables_of(apps):
        if table.name in existing and not replace and table.label not in _MAY_HOLD_ROWS and count_rows(table):
            raise TargetNotEmpty(
                _(
                    "This database already holds data (%(label)s). Restore into an empty data folder, "
                    "or add --force to replace everything that is here."
                )
                % {"label": table.label}
            )


def _load(reader: ArchiveReader, tables: tuple[Table, ...], tell: Tell) -> None:
    known = {table.name: table for table in tables}
    total, done = reader.manifest.rows, 0
    clear_tables(tables)
    for entry in reader.manifest.tables:
        tell("Reading rows", done, total)
        _load_table(reader, entry, known.get(entry.table.name))
        done += entry.rows
    tell("Reading rows", done, total)


def _load_table(reader: ArchiveReader, entry: TableEntry, table: Table | None) -> None:
    if table is None or set(table.columns) != set(entry.table.columns):
        sentence = _("The table %(name)s of this backup has another shape than its version says.")
        raise ArchiveDamaged(sentence % {"name": entry.table.name})
    load_rows(table, entry.table.columns, reader.rows(entry))
    if count_rows(table) != entry.rows:
        sentence = _("The table %(name)s did not come out whole: nothing was changed.")
        raise ArchiveDamaged(sentence % {"name": table.name})


def _reset_sequences(apps: Apps) -> None:
    models = list(apps.get_models(include_auto_created=True))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _restore_files(reader: ArchiveReader, home: Home, tell: Tell) -> None:
    fresh = home.folder / "uploads.restoring"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    for done, entry in enumerate(reader.manifest.files, start=1):
        tell("Copying files", done, len(reader.manifest.files))
        reader.copy_file(entry, fresh)
    shutil.rmtree(home.uploads, ignore_errors=True)
    fresh.rename(home.uploads)
