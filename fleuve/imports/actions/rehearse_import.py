"""Rehearse an import from the command line: what would come of a file, without a row, an event or a copy of it left."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from fleuve.imports.actions.check_import import count_rows
from fleuve.imports.actions.import_file import readable, told
from fleuve.imports.actions.look_at_file import remapped, understand
from fleuve.imports.converting.facts import Fault
from fleuve.imports.models import Import
from fleuve.imports.planning import fields_chosen, named_rules, open_questions, proposals
from fleuve.imports.rules import Handling
from fleuve.imports.uploads import blocks_of, delete_upload, store_upload
from fleuve.imports.wording import fault_sentence, question_label
from fleuve.kernel.ids import new_id
from fleuve.kernel.principal import Principal, require

__all__ = ["Rehearsal", "RehearsedFault", "rehearse_import"]


@dataclass(frozen=True)
class RehearsedFault:
    """A cell that could not be taken as it is; no column: the whole row."""

    row: int
    column: str
    code: str
    sentence: str
    sets_aside: bool


@dataclass(frozen=True)
class Rehearsal:
    """What an import of the file would find: counts, the first hundred faults, and what it would ask first."""

    columns: tuple[tuple[str, str], ...]
    counts: Dictionary[str, Any]
    faults: tuple[RehearsedFault, ...]
    questions: tuple[tuple[str, str], ...]


def rehearse_import(
    *,
    path: Path,
    mapping: Dictionary[str, str] | None = None,
    sheet: str = "",
    answers: Dictionary[str, str] | None = None,
    shape: str = "",
    handling: Handling | None = None,
    takes_proposals: bool = False,
    by: Principal,
    at: datetime,
    tell: Callable[[int, int | None], None] = lambda done, total: None,
) -> Rehearsal:
    """Read the whole file as the import would. Questions left open are named; until answered, proposals stand in."""
    require(by, "import")
    row = Import(id=new_id(), file_name=path.name, received_at=at)
    store_upload(row.pk, blocks_of(path))
    try:
        understand(row, sheet)
        readable(row)
        _settle(row, mapping, shape, answers or {})
        if handling is not None:
            row.handling = named_rules(row, handling).to_json()
        if takes_proposals:
            row.answers = {**proposals(row), **row.answers}
        faults = count_rows(row, at, partial(told, tell, row.check_result))
        return _rehearsal(readable(row), faults)
    finally:
        delete_upload(row.pk)


def _settle(row: Import, mapping: Dictionary[str, str] | None, shape: str, answers: Dictionary[str, str]) -> None:
    row.answers = {**row.answers, **answers}
    fields = tuple(fields_chosen(row, mapping))
    if mapping or shape:
        row.mapping = remapped(row, fields, shape).to_json()


def _rehearsal(row: Import, faults: list[Fault]) -> Rehearsal:
    names = [str(column["name"]) for column in row.columns]
    fields = (row.mapping or {}).get("fields", [])
    return Rehearsal(
        columns=tuple(zip(names, fields, strict=False)),
        counts=row.check_result or {},
        faults=tuple(_fault(fault, names) for fault in faults),
        questions=tuple((key, question_label(key)) for key in open_questions(row)),
    )


def _fault(fault: Fault, names: list[str]) -> RehearsedFault:
    has_column = fault.column is not None and fault.column < len(names)
    column = names[fault.column] if has_column and fault.column is not None else ""
    return RehearsedFault(fault.row, column, fault.code, fault_sentence(fault.code, fault.value), fault.sets_aside)
