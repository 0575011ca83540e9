"""From a file to a queued import in one call, for the command line and for the example."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from datetime import datetime
from pathlib import Path

from fleuve.imports.actions.check_import import check_import
from fleuve.imports.actions.look_at_file import look_at_file
from fleuve.imports.actions.receive_file import receive_file
from fleuve.imports.actions.settle_mapping import settle_mapping
from fleuve.imports.actions.start_import import start_import
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.models import Import
from fleuve.imports.planning import open_questions
from fleuve.imports.reading import UnreadableFile
from fleuve.imports.uploads import blocks_of
from fleuve.imports.wording import sentence
from fleuve.kernel.principal import Principal

__all__ = ["import_file", "source_from_file_name"]


def import_file(
    *,
    path: Path,
    source: str = "",
    mapping: Dictionary[str, str] | None = None,
    shape: str = "",
    sheet: str = "",
    answers: Dictionary[str, str] | None = None,
    takes_proposals: bool = False,
    is_simulated: bool = False,
    by: Principal,
    at: datetime,
) -> Import:
    """Receive, look at, settle, check and queue a file.

    ``mapping`` is {column name: field} over the guesses; ``answers`` is {question: answer}. ``takes_proposals`` accepts
    what is proposed for questions that the file leaves open. Raises the first refusal; nothing is imported then.
    """
    row = receive_file(file_name=path.name, blocks=blocks_of(path), is_simulated=is_simulated, by=by, at=at)
    row = _readable(look_at_file(row=row, sheet=sheet, by=by, at=at))
    given = {**row.answers, **(answers or {})}
    current = Mapping.from_json(row.mapping or {"fields": []})
    names = [column["name"] for column in row.columns]
    fields = [
        (mapping or {}).get(name, "" if mapping is not None and field in mapping.values() else field)
        for name, field in zip(names, current.fields, strict=True)
    ]
    source = source or (row.source.name if row.source else source_from_file_name(path.name))
    row = settle_mapping(row=row, fields=fields, shape=shape, source_name=source, answers=given, by=by, at=at)
    if takes_proposals:
        proposed = {
            question["key"]: question["value"] for question in row.questions if question["key"] in open_questions(row)
        }
        row = settle_mapping(row=row, source_name=source, answers={**proposed, **given}, by=by, at=at)
    row = _readable(check_import(row=row, by=by, at=at))
    start_import(row=row, by=by, at=at)
    return row


def _readable(row: Import) -> Import:
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
