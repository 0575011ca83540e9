"""What every command does before its own work: data folder, settings, promise of the database, schema, language."""

from __future__ import annotations

import logging
import os
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from fleuve.config.home import Home
from fleuve.kernel.principal import Principal

__all__ = ["COMMAND_LINE", "choose_home", "now", "open_database", "start"]

# Whoever can run a command on this machine can read its database: the shell is the permission.
COMMAND_LINE = Principal("system", "cli", "Command line", "owner")


def now() -> datetime:
    """The clock, read at the edge."""
    return datetime.now(UTC)


def choose_home(folder: str | Path | None) -> Home:
    """Fix the data folder for this process and its children, and make it ready."""
    if folder:
        os.environ["FLEUVE_HOME"] = str(Path(folder).expanduser().resolve())
    home = Home.from_environment()
    home.prepare()
    return home


def open_database(home: Home) -> None:
    """Load Django and read the promise of the database back; the schema is left as it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")
    import django

    django.setup()
    _spare_the_terminal()
    from fleuve.config.durability import log_durability

    log_durability()


def start(arguments: Namespace) -> Home:
    """Everything, the migration included."""
    home = choose_home(arguments.home)
    open_database(home)
    from fleuve.config.schema import migrate

    migrate(home, now())
    return home


def _spare_the_terminal() -> None:
    """A person reads sentences; the lines for programs go to pipes and files. An explicit level is obeyed."""
    if sys.stderr.isatty() and "FLEUVE_LOG_LEVEL" not in os.environ:
        logging.getLogger().setLevel(logging.WARNING)
