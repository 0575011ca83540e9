"""The schema follows the program: migrations run under a lock, after a backup, and a newer schema is refused."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from fleuve.config.home import Home
from fleuve.config.locks import wait_exclusively
from fleuve.kernel.errors import FleuveError

__all__ = ["SchemaIsNewer", "SchemaState", "migrate", "schema_state"]

_log = structlog.get_logger("fleuve.schema")
_KEPT_COPIES = 5
# Any constant number that only Fleuve's migrations use as an advisory lock.
_ADVISORY_LOCK = 4_603_120_571


class SchemaIsNewer(FleuveError):
    """The database was already used by a later version of Fleuve."""

    code = "schema_is_newer"
    status = 503


@dataclass(frozen=True)
class SchemaState:
    """Migrations still to apply, and applied ones that this program does not know."""

    is_empty: bool
    pending: tuple[str, ...]
    unknown: tuple[str, ...]


def schema_state() -> SchemaState:
    """Compare the program's migrations with those written down in the database."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    pending = tuple(
        f"{node.app_label}.{node.name}" for node, _back in executor.migration_plan(loader.graph.leaf_nodes())
    )
    applied = loader.applied_migrations
    known = set(loader.disk_migrations) | {key for node in loader.disk_migrations.values() for key in node.replaces}
    unknown = tuple(sorted(f"{app}.{name}" for app, name in set(applied) - known))
    return SchemaState(is_empty=not applied, pending=pending, unknown=unknown)


def migrate(home: Home, at: datetime) -> tuple[str, ...]:
    """Bring the schema up to the program, once, whoever else is starting. Returns what was applied."""
    with _lock(home):
        state = schema_state()
        if state.unknown:
            raise SchemaIsNewer(
                _(
                    "This database was used by a later version of Fleuve (it knows %(first)s). "
                    "Start that version, or restore a backup made by this one."
                )
                % {"first": state.unknown[0]}
            )
        if state.pending:
            if not state.is_empty:
                copy_before_migration(home, at)
            call_command("migrate", interactive=False, verbosity=0)
        return state.pending


@contextmanager
def _lock(home: Home) -> Iterator[None]:
    if connection.vendor == "sqlite":
        with wait_exclusively(home.migrating):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


def copy_before_migration(home: Home, at: datetime) -> Path | None:
    """A copy of the whole database beside it; on PostgreSQL by ``pg_dump`` where it is installed."""
    home.backups.mkdir(parents=True, exist_ok=True)
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    copy = _copy_sqlite if connection.vendor == "sqlite" else _dump_postgresql
    path = copy(home.backups, f"before-migration-{stamp}")
    if path is not None:
        _log.info("database copied before migration", file=path.name, bytes=path.stat().st_size)
        _forget_old_copies(home.backups)
    return path


def _copy_sqlite(folder: Path, name: str) -> Path:
    path = folder / f"{name}.sqlite3"
    source = sqlite3.connect(str(connection.settings_dict["NAME"]))
    target = sqlite3.connect(path)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return path


def _dump_postgresql(folder: Path, name: str) -> Path | None:
    program = shutil.which("pg_dump")
    if program is None:
        _log.warning("pg_dump is not installed: the database is migrated without a copy made by Fleuve")
        return None
    path = folder / f"{name}.dump"
    given = connection.settings_dict
    command = [program, "--format=custom", f"--file={path}", f"--dbname={given['NAME']}"]
    for option, value in (("--host", given["HOST"]), ("--port", given["PORT"]), ("--username", given["USER"])):
        if value:
            command.append(f"{option}={value}")
    done = subprocess.run(command, env={"PGPASSWORD": given["PASSWORD"]}, capture_output=True, check=False)
    if done.returncode:
        path.unlink(missing_ok=True)
        _log.warning("pg_dump failed: the database is migrated without a copy made by Fleuve", code=done.returncode)
        return None
    return path


def _forget_old_copies(folder: Path) -> None:
    for old in sorted(folder.glob("before-migration-*"))[:-_KEPT_COPIES]:
        old.unlink()
