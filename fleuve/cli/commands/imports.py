"""``fleuve import FILE…``: the same steps as on the page, without questions that the file or the options answer."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleuve.cli.errors import AnswersMissing
from fleuve.cli.output import report, say
from fleuve.cli.startup import COMMAND_LINE, now, start

if TYPE_CHECKING:
    from fleuve.imports.models import Import

__all__ = ["add_arguments", "run"]


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"write it as NAME=VALUE: {text!r}")
    return key.strip(), value.strip()


def add_arguments(parser: ArgumentParser) -> None:
    """Which files, from which source, and what they do not tell by themselves."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV or XLSX file")
    parser.add_argument("--source", default="", help="name of the source, under which the mapping is remembered")
    parser.add_argument("--sheet", default="", help="sheet of a workbook (default: the one that looks like a table)")
    column = "what a column stands for, over the guess; may be repeated"
    parser.add_argument("--column", action="append", type=_pair, metavar="NAME=FIELD", default=[], help=column)
    answer = "answer to a question that the file leaves open; may be repeated"
    parser.add_argument("--answer", action="append", type=_pair, metavar="QUESTION=VALUE", default=[], help=answer)
    parser.add_argument("--yes", action="store_true", help="take what is proposed for the questions left open")
    parser.add_argument("--no-value", action="store_true", help="leave the valuation to a worker")


def run(arguments: Namespace) -> int:
    """Import each file in turn, then value every customer once."""
    start(arguments)
    done = [_import(path, arguments) for path in arguments.files]
    valuation = None if arguments.no_value else _value()
    facts = {"files": [_facts(row) for row in done], "valuation": valuation}
    report(arguments, facts, *(line for row in done for line in _lines(row)))
    return 0


def _import(path: Path, arguments: Namespace) -> Import:
    from fleuve.cli.follow import follow_job
    from fleuve.imports.actions.import_file import import_file
    from fleuve.imports.errors import AnswerNeeded

    say(path.name)
    try:
        row = import_file(
            path=path,
            source=arguments.source,
            sheet=arguments.sheet,
            mapping=dict(arguments.column) or None,
            answers=dict(arguments.answer),
            takes_proposals=arguments.yes,
            by=COMMAND_LINE,
            at=now(),
        )
    except AnswerNeeded as refused:
        raise AnswersMissing(refused) from refused
    follow_job(int(row.job_id or 0), by=COMMAND_LINE)
    row.refresh_from_db()
    return row


def _value() -> dict[str, Any]:
    """The import has asked for the valuation; a live job of that key is joined, not doubled."""
    from fleuve.cli.follow import follow_job
    from fleuve.jobs import enqueue

    state = follow_job(enqueue("value.revalue", by=COMMAND_LINE, unique_key="value.revalue"), by=COMMAND_LINE)
    return {"job": str(state.id), "seconds": state.seconds_taken, **state.result}


def _facts(row: Import) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "file": row.file_name,
        "source": row.source.name if row.source else "",
        "state": row.state,
        "counts": row.result or {},
    }


def _lines(row: Import) -> Sequence[str]:
    counts = [f"  {name}: {value}" for name, value in (row.result or {}).items() if isinstance(value, int | str)]
    return [f"{row.file_name}: {row.get_state_display()}", *counts]
