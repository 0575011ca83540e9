"""``fleuve lists``: make the columnar copy of the list rows anew, or compare it with the database."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from fleuve.cli.output import report
from fleuve.cli.startup import COMMAND_LINE, now, start

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """One of the two, or both: first made, then compared."""
    parser.add_argument("--rebuild", action="store_true", help="make the copy that lists are read from anew")
    parser.add_argument(
        "--verify", action="store_true", help="compare 1,000 customers at random with the database (the default)"
    )


def run(arguments: Namespace) -> int:
    """Ends with 1 when the copy and the database disagree."""
    start(arguments)
    if arguments.rebuild:
        _rebuild(arguments)
    if arguments.verify or not arguments.rebuild:
        return _verify(arguments)
    return 0


def _rebuild(arguments: Namespace) -> None:
    from fleuve.lists.actions import refresh_mirror

    began = time.monotonic()
    done = refresh_mirror(whole=True, by=COMMAND_LINE, at=now())
    seconds = round(time.monotonic() - began, 1)
    if done.deed == "made":
        sentence = f"{done.rows:,} customers copied for lists ({seconds} s)."
    else:
        sentence = "So few customers need no copy: lists read them from the database."
    report(arguments, {"deed": done.deed, "rows": done.rows, "seconds": seconds}, sentence)


def _verify(arguments: Namespace) -> int:
    from fleuve.lists.mirror.verifying import verify_mirror

    found = verify_mirror(now())
    facts = {
        "has_copy": found.has_mirror,
        "compared": found.compared,
        "in_copy": found.in_mirror,
        "in_database": found.in_database,
        "differing": [{"customer": str(party), "columns": list(columns)} for party, columns in found.differing],
    }
    if not found.has_mirror:
        report(arguments, facts, "There is no copy: lists read the database.")
        return 0
    lines = [f"{found.compared:,} customers compared, {len(found.differing):,} differ."]
    lines += [f"  customer {party}: {', '.join(columns)}" for party, columns in found.differing[:20]]
    if found.in_mirror != found.in_database:
        lines.append(f"The copy holds {found.in_mirror:,} customers, the database {found.in_database:,}.")
    if not found.agrees:
        lines.append("Make it anew: fleuve lists --rebuild")
    report(arguments, facts, *lines)
    return 0 if found.agrees else 1
