"""Operations on imports: bring a file, say what it is, check, import, undo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File as Upload
from ninja import Query, Status
from ninja.files import UploadedFile

from fleuve.api.callers import ApiRequest
from fleuve.api.errors import InvalidInput
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, id_number
from fleuve.imports.actions import (
    discard_import,
    receive_file,
    set_handling,
    settle_mapping,
    start_import,
    start_undo,
    take_back_value,
)
from fleuve.imports.actions.import_file import source_from_file_name
from fleuve.imports.api.schemas import ConflictOut, ImportOut, SettlementIn
from fleuve.imports.errors import WrongState
from fleuve.imports.mapping.fields import FIELDS, Mapping
from fleuve.imports.mapping.own_fields import own_field_labels
from fleuve.imports.models import Conflict, Import
from fleuve.imports.pages.conflicts import conflict_lines, conflicts_seen, conflicts_within_reach
from fleuve.imports.planning import fields_chosen, handling_of, named_rules, open_questions
from fleuve.imports.reading import LIMITS, UnreadableFile
from fleuve.imports.stepping import check_soon, look_soon
from fleuve.imports.wording import question_label, sentence
from fleuve.kernel.principal import require

__all__ = ["router"]

router = Routes("imports", title="Imports")

_FORM: Final = 64 * 1024  # what a form adds to the file in it
_OPEN: Final = (Import.State.LOOKED_AT, Import.State.CHECKED)


@router.get("/imports", response=PageOf[ImportOut], summary="List imports")
def list_imports(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
    """Every file that was brought, the newest first."""
    rows = Import.objects.visible_to(request.principal).select_related("source")
    imports, after = keyset(rows, paging)
    return answer_page(request, response, (_told(row) for row in imports), after)


@router.post(
    "/imports",
    response={201: ImportOut},
    summary="Bring a file",
    in_chunks=True,
    most=LIMITS.file_bytes + _FORM,
)
def create_import(request: ApiRequest, response: HttpResponse, file: Upload[UploadedFile]) -> object:
    """CSV or Excel, at most 200 MB. Nothing is imported yet: say what its columns stand for, check it, start it."""
    by, at = request.principal, timezone.now()
    require(by, "import")
    try:
        row = receive_file(file_name=file.name or "", blocks=file.chunks(1 << 20), by=by, at=at)
    except UnreadableFile as error:
        raise InvalidInput(sentence(error.code, error.values), code=error.code) from error
    look_soon(row, "", by=by, at=at)
    row.refresh_from_db()
    response["Location"] = f"/api/v1/imports/{row.pk}"
    return Status(201, _told(row))


@router.get("/imports/{import_id}", response=ImportOut, summary="Read where an import stands")
def read_import(request: ApiRequest, import_id: Id) -> object:
    """Its state, its columns, what is still to be answered, and what it wrote."""
    return _told(_found(request, import_id))


@router.post("/imports/{import_id}/columns", response=ImportOut, summary="Say what a file is", in_chunks=True)
def settle_import(request: ApiRequest, import_id: Id, data: SettlementIn) -> object:
    """Remembered for the next file with these columns. The file is to be checked again."""
    row, by, at = _changeable(request, import_id), request.principal, timezone.now()
    if row.state not in _OPEN:
        raise WrongState(sentence("import_state"), state=row.state)
    _refuse_unknown(row, data)
    source = data.source or (row.source.name if row.source else source_from_file_name(row.file_name))
    row = settle_mapping(
        row=row,
        fields=fields_chosen(row, data.columns),
        shape=data.shape or "",
        source_name=source,
        answers={**row.answers, **data.answers},
        by=by,
        at=at,
    )
    given = data.model_dump(include={"rules", "match", "creates", "updates"}, exclude_none=True)
    if given:
        given |= {"match": tuple(given["match"])} if "match" in given else {}
        set_handling(row=row, handling=named_rules(row, replace(handling_of(row), **given)), by=by, at=at)
    return _told(_found(request, import_id))


@router.post("/imports/{import_id}/check", response={202: ImportOut}, summary="Check a file", in_chunks=True)
def check_import_(request: ApiRequest, import_id: Id) -> object:
    """Counts what the import would do. A large file is checked by a job: read the import until it is `checked`."""
    row = _changeable(request, import_id)
    check_soon(row, by=request.principal, at=timezone.now())
    return Status(202, _told(_found(request, import_id)))


@router.post("/imports/{import_id}/start", response={202: ImportOut}, summary="Start an import")
def start_import_(request: ApiRequest, import_id: Id) -> object:
    """A checked file is imported by a job: read the import until it is `imported`."""
    start_import(row=_changeable(request, import_id), by=request.principal, at=timezone.now())
    return Status(202, _told(_found(request, import_id)))


@router.post("/imports/{import_id}/undo", response={202: ImportOut}, summary="Undo an import")
def undo_import_(request: ApiRequest, import_id: Id) -> object:
    """Removes what it added and restores what it replaced, but for what was changed since: see its conflicts."""
    start_undo(row=_changeable(request, import_id), by=request.principal, at=timezone.now())
    return Status(202, _told(_found(request, import_id)))


@router.post("/imports/{import_id}/discard", response=ImportOut, summary="Put a file aside")
def discard_import_(request: ApiRequest, import_id: Id) -> object:
    """One that was not imported: its content is deleted, and that it came remains known as `cancelled`."""
    discard_import(row=_changeable(request, import_id), by=request.principal, at=timezone.now())
    return _told(_found(request, import_id))


@router.get("/imports/{import_id}/conflicts", response=PageOf[ConflictOut], summary="List what undoing left")
def list_conflicts(request: ApiRequest, response: HttpResponse, import_id: Id, paging: Query[Paging]) -> object:
    """Values of customers whom the key sees, in fields that it sees; a page may hold fewer than asked for."""
    row = _found(request, import_id)
    rows = conflicts_within_reach(request.principal).filter(of_import=row)
    conflicts, after = keyset(rows, paging, order=("id",))
    return answer_page(request, response, _told_conflicts(conflicts, request), after)


@router.post(
    "/conflicts/{conflict_id}/taken-back", response=ConflictOut, summary="Write the earlier value all the same"
)
def take_back(request: ApiRequest, conflict_id: Id) -> object:
    """What stood there remains in the history. It is refused when the value has changed again."""
    seen = conflicts_within_reach(request.principal)
    found: Conflict = get_object_or_404(seen, pk=id_number(conflict_id))
    require(request.principal, "import")
    if not conflicts_seen(request.principal, [found]):
        raise WrongState(sentence("value_moved_on"), code="value_moved_on")
    return _told_conflicts([take_back_value(conflict=found, by=request.principal, at=timezone.now())], request)[0]


def _found(request: ApiRequest, import_id: str) -> Import:
    rows = Import.objects.visible_to(request.principal).select_related("source")
    return get_object_or_404(rows, pk=id_number(import_id))


def _changeable(request: ApiRequest, import_id: str) -> Import:
    """What is missing, then what is refused, then what was sent."""
    row = _found(request, import_id)
    require(request.principal, "import")
    return row


def _refuse_unknown(row: Import, data: SettlementIn) -> None:
    """A column that the file does not have, and a field that there is not."""
    columns = {str(column["name"]) for column in row.columns}
    fields = {"", *FIELDS, *own_field_labels()}
    faults = [
        {"at": f"body.columns.{name[:80]}", "reason": _("unknown")}
        for name, field in data.columns.items()
        if name not in columns or field not in fields
    ]
    if faults:
        raise InvalidInput(_("No column or no field is called so."), fields=faults[:20])


def _told(row: Import) -> dict[str, Any]:
    mapping = Mapping.from_json(row.mapping or {"fields": []})
    asked = open_questions(row) if row.state in _OPEN else []
    proposed = {question["key"]: str(question["value"] or "") for question in row.questions}
    plain = ("file_name", "state", "received_at", "started_at", "finished_at")
    return {
        "id": str(row.pk),
        "size": row.file_size,
        "sha256": row.file_digest,
        "source": row.source.name if row.source else "",
        "plan_id": str(row.plan_id) if row.plan_id else None,
        "job_id": str(row.job_id) if row.job_id else None,
        "shape": mapping.shape if row.mapping else "",
        "columns": [
            {"name": str(column["name"]), "field": field}
            for column, field in zip(row.columns, mapping.fields, strict=False)
        ],
        "questions": [{"key": key, "label": question_label(key), "proposed": proposed.get(key, "")} for key in asked],
        "check": row.check_result or {},
        "result": row.result or {},
        "problem": sentence(row.problem["code"], row.problem["values"]) if row.problem else "",
        "conflicts": row.conflicts_met,
        "by": row.by_label,
        **{name: getattr(row, name) for name in plain},
    }


def _told_conflicts(conflicts: list[Conflict], request: ApiRequest) -> list[dict[str, Any]]:
    parties = {one.pk: one.party_id for one in conflicts}
    return [
        {
            "id": str(line.id),
            "customer_id": str(parties[line.id]) if parties[line.id] else None,
            "is_taken_back": bool(line.taken_back),
            **{name: getattr(line, name) for name in ("about", "field", "ours", "found", "why", "who")},
        }
        for line in conflict_lines(conflicts, request.principal)
    ]
