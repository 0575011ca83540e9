"""``fleuve demo``: the packaged example in its own data folder, prepared once, then served."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from fleuve.cli.commands.serve import add_address_arguments, choose_address, serve
from fleuve.cli.output import report, say
from fleuve.cli.startup import COMMAND_LINE, now, start

if TYPE_CHECKING:
    from fleuve.accounts.models import User

__all__ = ["add_arguments", "run"]

_FOLDER = "~/.local/share/fleuve-demo"
# Nobody signs in with it: one-time links are the only way into the example.
_VISITOR = "visitor@example.org"


def add_arguments(parser: ArgumentParser) -> None:
    """Where to listen, and whether to serve at all."""
    add_address_arguments(parser)
    parser.add_argument("--no-serve", action="store_true", help="prepare the example and exit")


def run(arguments: Namespace) -> int:
    """Prepare what is not prepared yet, then serve."""
    arguments.home = folder_of_example(arguments.home, os.environ)
    choose_address(arguments)
    home = start(arguments)
    _prepare(arguments)
    return 0 if arguments.no_serve else serve(home, arguments, links=_entry)


def folder_of_example(given: str | None, environment: Mapping[str, str]) -> str:
    """Never the folder of one's own data, unless it was named."""
    return given or environment.get("FLEUVE_HOME") or str(Path(_FOLDER).expanduser())


def _prepare(arguments: Namespace) -> None:
    from fleuve.cli.follow import showing_progress
    from fleuve.demo.prepare import prepare_example

    began = monotonic()
    with showing_progress():
        example = prepare_example(by=COMMAND_LINE, at=now(), tell=say)
    seconds = round(monotonic() - began, 1)
    facts = {
        "lines": example.lines,
        "purchases": example.purchases,
        "customers": example.customers,
        "is_new": example.is_new,
        "seconds": seconds,
    }
    how = f"prepared in {seconds:.0f} s" if example.is_new else "ready since an earlier time"
    sentence = f"The example is {how}: {example.lines:,} invoice lines, {example.customers:,} customers."
    if arguments.no_serve:
        report(arguments, facts, sentence)
    else:
        say(sentence)


def _entry() -> dict[str, str]:
    from fleuve.accounts.actions.issue_entry_link import issue_entry_link
    from fleuve.cli.welcome import link_to

    token = issue_entry_link(user=_visitor(), by=COMMAND_LINE, at=now()).token
    return {"entry_link": link_to("enter", token)}


def _visitor() -> User:
    from fleuve.accounts.actions.create_owner import create_owner
    from fleuve.accounts.models import User

    found: User | None = User.objects.visible_to(COMMAND_LINE).filter(email=_VISITOR).first()
    language = "fr" if os.environ.get("LANG", "").startswith("fr") else "en"
    return found or create_owner(
        email=_VISITOR, name="Visitor", password=None, language=language, by=COMMAND_LINE, at=now()
    )
