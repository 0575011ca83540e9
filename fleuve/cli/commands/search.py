"""``fleuve search``: find something from the command line, or make everything findable anew."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from fleuve.cli.output import report
from fleuve.cli.startup import COMMAND_LINE, now, start

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Words to find, or ``--rebuild``."""
    parser.add_argument("words", nargs="*", help="what to look for")
    parser.add_argument("--rebuild", action="store_true", help="write every document and the index anew")


def run(arguments: Namespace) -> int:
    """Rebuild when asked, then find when there are words."""
    start(arguments)
    if arguments.rebuild:
        _rebuild(arguments)
    if arguments.words or not arguments.rebuild:
        _find(arguments)
    return 0


def _rebuild(arguments: Namespace) -> None:
    from fleuve.search.actions import rebuild

    began = time.monotonic()
    count = rebuild(at=now())
    seconds = round(time.monotonic() - began, 1)
    report(arguments, {"subjects": count, "seconds": seconds}, f"{count} things can be found ({seconds} s).")


def _find(arguments: Namespace) -> None:
    from fleuve.search.queries import find

    answer = find(" ".join(arguments.words), COMMAND_LINE, per_group=20)
    found = [
        {"kind": shown.kind, "id": str(shown.subject_id), "title": shown.hit.title, "address": shown.hit.url}
        for group in answer.groups
        for shown in group.hits
    ]
    facts = {"found": found, "read_as": dict(answer.read_as)}
    lines = [f"  {one['title']}  ({one['address']})" for one in found]
    report(arguments, facts, f"{len(found)} found." if found else "Nothing found.", *lines)
