"""``fleuve demo``: an example in its own data folder, prepared once, then served.

Without ``--size`` it is the packaged one, a real wholesaler's year; with it, a made-up business of that many customers.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from fleuve.cli.commands.serve import add_address_arguments, choose_address, serve
from fleuve.cli.output import ProgressLine, report, say
from fleuve.cli.startup import COMMAND_LINE, now, start

if TYPE_CHECKING:
    from fleuve.accounts.models import User

__all__ = ["add_arguments", "run"]

_FOLDER = "~/.local/share/fleuve-demo"
_LARGEST = 10_000_000
_FOLLOWING = ("history.rebuild", "value.revalue", "lists.behaviour", "lists.mirror", "alerts.judge")
# Nobody signs in with it: one-time links are the only way into the example.
_VISITOR = "visitor@example.org"


def add_arguments(parser: ArgumentParser) -> None:
    """What to prepare, where to listen, and whether to serve at all."""
    add_address_arguments(parser)
    parser.add_argument("--no-serve", action="store_true", help="prepare the example and exit")
    made_up = parser.add_argument_group("a made-up business")
    made_up.add_argument("--size", type=_size, help="make up this many customers with ten purchases each")
    made_up.add_argument("--seed", type=int, default=7, help="another seed makes another business (default: 7)")
    made_up.add_argument(
        "--until", type=date.fromisoformat, help="last day of its purchases, YYYY-MM-DD (default: yesterday)"
    )
    made_up.add_argument("--no-value", action="store_true", help="fill the tables only: nothing valued, no search")


def run(arguments: Namespace) -> int:
    """Prepare what is not prepared yet, then serve."""
    arguments.home = folder_of_example(arguments.home, os.environ, arguments.size)
    choose_address(arguments)
    home = start(arguments)
    if arguments.size:
        _make_up(arguments)
    else:
        _prepare(arguments)
    return 0 if arguments.no_serve else serve(home, arguments, links=_entry)


def folder_of_example(given: str | None, environment: Mapping[str, str], size: int | None = None) -> str:
    """Never the folder of one's own data, unless it was named; each size has one of its own."""
    own = f"{_FOLDER}-{size}" if size else _FOLDER
    return given or environment.get("FLEUVE_HOME") or str(Path(own).expanduser())


def _size(text: str) -> int:
    size = int(text.replace("_", "").replace(",", ""))
    if not 1 <= size <= _LARGEST:
        raise ArgumentTypeError(f"between 1 and {_LARGEST:,}")
    return size


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


def _make_up(arguments: Namespace) -> None:
    from fleuve.demo.generator.generate import generate
    from fleuve.demo.generator.recipe import Recipe

    last_day = arguments.until or now().date() - timedelta(days=1)
    recipe = Recipe(customers=arguments.size, last_day=last_day, seed=arguments.seed)
    line = ProgressLine()
    made = generate(recipe=recipe, by=COMMAND_LINE, at=now(), tell=lambda name, done: line.tell(name, done, None))
    line.end()
    facts = {"rows": made.rows, "total": made.total, "is_new": made.is_new, "seconds": made.seconds}
    facts |= {} if arguments.no_value or not made.is_new else _value()
    how = f"made up in {made.seconds:.0f} s" if made.is_new else "ready since an earlier time"
    sentence = f"The business is {how}: {arguments.size:,} customers, {made.total:,} rows."
    if arguments.no_serve:
        report(arguments, facts, sentence)
    else:
        say(sentence)


def _value() -> dict[str, float]:
    """What follows from the tables, timed one by one: each is a question of its own."""
    from fleuve.cli.follow import follow_job
    from fleuve.jobs import enqueue
    from fleuve.search.actions.rebuild import rebuild

    began = monotonic()
    rebuild(at=now())
    taken = {"search.rebuild": round(monotonic() - began, 1)}
    for name in _FOLLOWING:
        began = monotonic()
        follow_job(enqueue(name, by=COMMAND_LINE, unique_key=name, again_if_running=True), by=COMMAND_LINE)
        taken[name] = round(monotonic() - began, 1)
    return taken


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
