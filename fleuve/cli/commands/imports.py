"""``fleuve import FILE…`` (integration follows the imports module)."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from fleuve.cli.startup import start

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Which files, from which source."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV or XLSX file")
    parser.add_argument("--source", help="name of the source: its mapping is remembered under this name")
    parser.add_argument("--dry-run", action="store_true", help="read and count, write nothing")


def run(arguments: Namespace) -> int:
    """Import each file in turn."""
    start(arguments)
    return 0
