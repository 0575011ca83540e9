"""From a file to a queued import in one call, for the command line and for the example."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Dictionary
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from fleuve.imports.actions.check_import import check_import
from fleuve.imports.actions.discard_import import discard_import
from fleuve.imports.actions.look_at_file import look_at_file
from fleuve.imports.actions.receive_file import receive_file
from fleuve.imports.actions.set_handling import set_handling
from fleuve.imports.actions.settle_mapping import settle_mapping
from fleuve.imports.actions.start_import import start_import
from fleuve.imports.errors import WrongState
from fleuve.imports.models import Import
from fleuve.imports.planning import fields_chosen, named_rules, proposals
from fleuve.imports.reading import UnreadableFile
from fleuve.imports.rules import Handling
from fleuve.imports.uploads import blocks_of
from fleuve.imports.wording import sentence
from fleuve.kernel.principal import Principal

__all__ = ["import_file", "readable", "source_from_file_name", "told"]


def import_file(
    *,
    path: Path,
    source: str = "",
    mapping: Dictionary[str, str] | None = None,
    shape: str = "",
    sheet: str = "",
    answers: Dictionary[str, str] | None = None,
    handling: Handling | None = None,
    takes_proposals: bool = False,
    is_simulated: bool = False,
    by: Principal,
    at: datetime,
    tell: Callable[[int, int | None], None] = lambda done, total: None,
) -> Import:
    """Receive, look at, settle, check and queue a file.

    ``mapping`` is {column name: field} over the guesses; ``answers`` is {question: answer}. ``handling`` says what the
    file may change, its rules by field or by column name; without one, what was chosen for the last file with these
    columns holds. ``takes_proposals`` accepts what is proposed for questions that the file leaves open. ``tell`` hears
    (rows checked, rows in all). Raises the first refusal; nothing is kept then.
    """
    row = receive_file(file_name=path.name, blocks=blocks_of(path), is_simulated=is_simulated, by=by, at=at)
    try:
        row = readable(look_at_file(row=row, sheet=sheet, by=by, at=at))
        given = {**row.answers, **(answers or {})}
        fields = fields_chosen(row, mapping)
        source = source or (row.source.name if row.source else source_from_file_name(path.name))
        row = settle_mapping(row=row, fields=fields, shape=shape, source_name=source, answers=given, by=by, at=at)
        if takes_proposals:
            given = {**proposals(row), **given}
            row = settle_mapping(row=row, source_name=source, answers=given, by=by, at=at)
        if handling is not None:
            row = set_handling(row=row, handling=named_rules(row, handling), by=by, at=at)
        progress = partial(told, tell, row.check_result)
        row = readable(check_import(row=row, by=by, at=at, progress=progress))
        start_import(row=row, by=by, at=at)
    except BaseException:
        # Refused or interrupted: whoever called has the sentence, and starts again from the file that they have.
        with suppress(WrongState):  # interrupted a moment after it was queued: it goes on
            discard_import(row=row, by=by, at=at)
        raise
    return row


def told(tell: Callable[[int, int | None], None], looked: Dictionary[str, object] | None, done: int) -> None:
    """Tell how many rows are checked, of how many that looking at the file counted."""
    rows = (looked or {}).get("rows")
    tell(done, rows if isinstance(rows, int) else None)


def readable(row: Import) -> Import:
    """The import, unless its file cannot be read: then the sentence that says why is raised."""
    if row.state == Import.State.UNREADABLE:
        problem = row.problem or {"code": "not_a_table", "values": {}}
        error = UnreadableFile(problem["code"], **problem["values"])
        error.args = (sentence(problem["code"], problem["values"]),)
        raise error
    return row


def source_from_file_name(name: str) -> str:
    """``orders_export_2024-03.csv`` → ``Orders export``: dates and counters say nothing of where a file comes from."""
    words = re.sub(r"[\d_\-.()]+", " ", Path(name).stem).split()
    text = " ".join(word for word in words if len(word) > 1)
    return (text[:1].upper() + text[1:])[:120] or "File"
