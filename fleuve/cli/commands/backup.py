"""``fleuve backup [FILE]``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from fleuve.cli.output import ProgressLine, report
from fleuve.cli.startup import COMMAND_LINE, choose_home, now, open_database

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Where to write."""
    parser.add_argument("file", nargs="?", type=Path, help="archive to write (default: in the data folder's backups)")


def run(arguments: Namespace) -> int:
    """Write the archive, verify it, say where it is. Fleuve may go on serving meanwhile."""
    home = choose_home(arguments.home)
    open_database(home)
    from fleuve.config.backup.make_backup import make_backup

    at = now()
    path = arguments.file or home.backups / f"fleuve-{at:%Y%m%dT%H%M%SZ}.zip"
    line = ProgressLine()
    made = make_backup(home, path, line.tell, by=COMMAND_LINE, at=at)
    line.end()
    facts = {
        "file": str(made.path),
        "bytes": made.bytes,
        "sha256": made.sha256,
        "tables": made.tables,
        "rows": made.rows,
        "files": made.files,
        "verified": True,
    }
    report(
        arguments,
        facts,
        f"{made.path}",
        f"{made.rows:,} rows of {made.tables} tables and {made.files} files, {made.bytes:,} bytes, verified.",
        f"sha256 {made.sha256}",
    )
    return 0
