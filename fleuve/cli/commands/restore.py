"""``fleuve restore FILE``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from fleuve.cli.output import ProgressLine, report
from fleuve.cli.startup import COMMAND_LINE, choose_home, now, open_database

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """What to restore, and whether over something."""
    parser.add_argument("file", type=Path, help="archive made by fleuve backup, on either database")
    parser.add_argument("--force", action="store_true", help="replace the data that is here")


def run(arguments: Namespace) -> int:
    """Restore while nobody else is on the data folder, bring the schema forward, rebuild what is derived."""
    home = choose_home(arguments.home)
    open_database(home)
    from fleuve.config.backup.restore_backup import record_restored, restore_backup
    from fleuve.config.locks import hold_exclusively
    from fleuve.config.schema import migrate
    from fleuve.jobs import enqueue

    line = ProgressLine()
    at = now()
    with hold_exclusively(home.in_use):
        restored = restore_backup(home, arguments.file, line.tell, replace=arguments.force, by=COMMAND_LINE, at=at)
        migrate(home, at)
        record_restored(restored, by=COMMAND_LINE, at=at)
        # Derived history is not in the archive: the first worker rebuilds it before it values.
        enqueue("value.revalue", by=COMMAND_LINE, unique_key="value.revalue")
    line.end()
    report(
        arguments,
        {"tables": restored.tables, "rows": restored.rows, "files": restored.files, "made_at": restored.made_at},
        f"{restored.rows:,} rows of {restored.tables} tables and {restored.files} files restored and verified.",
        f"The backup was made at {restored.made_at}. Derived history is rebuilt when Fleuve serves next.",
    )
    return 0
