"""``fleuve import FILE…``: the same steps as on the page, without questions that the file or the options answer."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleuve.cli.errors import AnswersMissing
from fleuve.cli.output import ProgressLine, report, say
from fleuve.cli.startup import COMMAND_LINE, now, start
from fleuve.imports.mapping.fields import SHAPES
from fleuve.imports.rules import MATCH_KEYS, RULES, Handling, Rule

if TYPE_CHECKING:
    from fleuve.imports.actions import Rehearsal
    from fleuve.imports.models import Import

__all__ = ["add_arguments", "run"]


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"write it as NAME=VALUE: {text!r}")
    return key.strip(), value.strip()


def _keys(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    unknown = [key for key in keys if key not in MATCH_KEYS]
    if unknown or len(set(keys)) < len(keys):
        raise argparse.ArgumentTypeError(f"choose each at most once from {', '.join(MATCH_KEYS)}: {text!r}")
    return keys


def _rule(text: str) -> tuple[str, Rule]:
    name, rule = _pair(text)
    found = next((one for one in RULES if one == rule), None)
    if found is None:
        raise argparse.ArgumentTypeError(f"write it as NAME=update, fill, win or never: {text!r}")
    return name, found


def _handling(arguments: Namespace) -> Handling | None:
    """What was asked for; none when nothing was: then the last file with these columns decides."""
    if arguments.match is None and not arguments.rule and not arguments.only:
        return None
    return Handling(dict(arguments.rule), arguments.match or (), arguments.only != "changes", arguments.only != "new")


def add_arguments(parser: ArgumentParser) -> None:
    """Which files, from which source, and what they do not tell by themselves."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV or XLSX file")
    parser.add_argument("--source", default="", help="name of the source, under which the mapping is remembered")
    parser.add_argument("--sheet", default="", help="sheet of a workbook (default: the one that looks like a table)")
    column = "what a column stands for, over the guess; may be repeated"
    parser.add_argument("--column", action="append", type=_pair, metavar="NAME=FIELD", default=[], help=column)
    answer = "answer to a question that the file leaves open; may be repeated"
    parser.add_argument("--answer", action="append", type=_pair, metavar="QUESTION=VALUE", default=[], help=answer)
    parser.add_argument("--shape", choices=SHAPES, default="", help="what a row is (default: what the columns suggest)")
    keys = "recognise customers who are there already, by these keys in this order, with commas between them: "
    parser.add_argument("--match", type=_keys, default=None, metavar="KEYS", help=keys + ", ".join(MATCH_KEYS))
    rule = "what a column may change (update, fill, win or never; default: update); may be repeated"
    parser.add_argument("--rule", action="append", type=_rule, metavar="NAME=RULE", default=[], help=rule)
    only = "take only what is new, or only changes of what is there already"
    parser.add_argument("--only", choices=("new", "changes"), default="", help=only)
    parser.add_argument("--yes", action="store_true", help="take what is proposed for the questions left open")
    dry_run = "read the files as an import would, tell counts and faults, and keep nothing"
    parser.add_argument("--dry-run", action="store_true", help=dry_run)
    parser.add_argument("--no-value", action="store_true", help="leave the valuation to a worker")


def run(arguments: Namespace) -> int:
    """Import each file in turn, then value every customer once; or only tell what would come of them."""
    start(arguments)
    if arguments.dry_run:
        return _rehearse(arguments)
    done = [_import(path, arguments) for path in arguments.files]
    valuation = None if arguments.no_value else _value()
    facts = {"files": [_facts(row) for row in done], "valuation": valuation}
    report(arguments, facts, *(line for row in done for line in _lines(row)))
    return 0


def _import(path: Path, arguments: Namespace) -> Import:
    from fleuve.imports.actions import import_file
    from fleuve.imports.errors import AnswerNeeded

    say(path.name)
    try:
        with _checking() as tell:
            row = import_file(
                path=path,
                source=arguments.source,
                sheet=arguments.sheet,
                mapping=dict(arguments.column) or None,
                shape=arguments.shape,
                answers=dict(arguments.answer),
                handling=_handling(arguments),
                takes_proposals=arguments.yes,
                by=COMMAND_LINE,
                at=now(),
                tell=tell,
            )
    except AnswerNeeded as refused:
        raise AnswersMissing(refused) from refused
    _carry_out(row)
    return row


def _carry_out(row: Import) -> None:
    """Follow the import; one that was stopped is taken back before the command ends."""
    from fleuve.cli.errors import JobNotDone
    from fleuve.cli.follow import finish_job, follow_job

    job_id = int(row.job_id or 0)
    try:
        follow_job(job_id, by=COMMAND_LINE)
    except JobNotDone:
        row.refresh_from_db()
        if row.job_id is not None and row.job_id != job_id:
            finish_job(row.job_id)
            say(f"Nothing of {row.file_name} was kept.")
        raise
    row.refresh_from_db()


@contextmanager
def _checking() -> Iterator[Callable[[int, int | None], None]]:
    line = ProgressLine()
    try:
        yield partial(line.tell, "Checking rows")
    finally:
        line.end()


def _rehearse(arguments: Namespace) -> int:
    from fleuve.imports.actions import rehearse_import

    found: list[tuple[Path, Rehearsal]] = []
    for path in arguments.files:
        say(path.name)
        with _checking() as tell:
            rehearsal = rehearse_import(
                path=path,
                mapping=dict(arguments.column) or None,
                sheet=arguments.sheet,
                answers=dict(arguments.answer),
                shape=arguments.shape,
                handling=_handling(arguments),
                takes_proposals=arguments.yes,
                by=COMMAND_LINE,
                at=now(),
                tell=tell,
            )
        found.append((path, rehearsal))
    facts = {"kept": False, "files": [{"file": path.name, **asdict(rehearsal)} for path, rehearsal in found]}
    report(arguments, facts, *(line for path, rehearsal in found for line in _rehearsed_lines(path, rehearsal)))
    return 0


def _rehearsed_lines(path: Path, rehearsal: Rehearsal) -> Iterator[str]:
    yield f"{path.name}: nothing was imported"
    yield from (f"  {name}: {value}" for name, value in rehearsal.counts.items() if isinstance(value, int | str))
    yield "  columns:"
    yield from (f"    {name}: {field or 'not used'}" for name, field in rehearsal.columns)
    if rehearsal.questions:
        yield "  to answer before an import, or take what is proposed with --yes:"
        yield from (f"    --answer {key}=…  {label}" for key, label in rehearsal.questions)
    if rehearsal.faults:
        yield f"  faults (the first {len(rehearsal.faults)}):"
    for fault in rehearsal.faults:
        effect = "row set aside" if fault.sets_aside else "cell left out"
        yield f"    row {fault.row}, {fault.column or 'whole row'}: {fault.sentence} ({effect})"


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
