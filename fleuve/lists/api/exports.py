"""Operations that take lists of customers out as files."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from fleuve.api.callers import ApiRequest
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, In, Out, id_number
from fleuve.attributes import Registry, parse, registry
from fleuve.jobs.queries import JobState, job_state, job_states
from fleuve.kernel.principal import Principal, require
from fleuve.lists.actions import MOST_AT_ONCE, keep_export, prepare_export
from fleuve.lists.api.asking import node_of, not_so, one_of, sort_of
from fleuve.lists.exporting.downloads import download_of
from fleuve.lists.exporting.files import export_file
from fleuve.lists.exporting.taking import count_rows
from fleuve.lists.exporting.wish import ALL_COLUMNS, USUAL_COLUMNS, Form, Wish, columns_taken, usual_sort
from fleuve.lists.exporting.writing import MEDIA_TYPES
from fleuve.lists.models import Export, View
from fleuve.ui.tables import Sort

__all__ = ["router"]

router = Routes("exports", title="Exports")

_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_FILE: Final = {
    "description": "The file.",
    "content": {one.partition(";")[0]: _BINARY for one in MEDIA_TYPES.values()},
}


class ExportIn(In):
    """The list to take out: that of a view, or those whom a filter and words find."""

    view: Id | None = Field(None, description="A saved view: its filter, its words and, unless said, its columns.")
    filter: dict[str, Any] | None = Field(
        None,
        description="A condition as in `/api/v1/customers`; everybody without one.",
        examples=[{"all": [{"key": "city", "operator": "is", "value": "Lyon"}]}],
    )
    words: str = Field("", max_length=200)
    columns: list[str] = Field(
        default_factory=list,
        max_length=300,
        description='Keys of fields, or `["*"]` for all that the key sees; number and name always stand first.',
        examples=[["city", "stage"]],
    )
    sort: str = Field("", max_length=60, examples=["-value"])
    form: Form = "csv"
    with_refused: bool = Field(False, description="Also contact details by which their owners refuse to be contacted.")


class ExportOut(Out):
    """A list that was taken out. Its file is there for a day."""

    id: Id
    state: Literal["ready", "waiting", "failed", "gone"] = Field(
        description="`ready`: fetch `content`; `waiting`: ask again; `gone`: it was kept for a day."
    )
    error: str = Field(description="Why it failed.")
    form: Form
    rows: int = Field(description="As counted against the rows of 24 hours.")
    columns: list[str]
    with_refused: bool
    size: int = Field(description="In bytes; 0 as long as there is no file.")
    created_at: datetime
    expires_at: datetime | None


@router.post("/exports", response={201: ExportOut}, summary="Take a list out", in_chunks=True)
def create_export(request: ApiRequest, response: HttpResponse, data: ExportIn) -> object:
    """Up to 50,000 rows are written at once: the answer is `ready`. More are written by a job: ask again until it is.
    Rows count against what the key’s person may take out in 24 hours, and the audit trail tells of them.
    """
    by, now = request.principal, timezone.now()
    require(by, "export")
    wish = _wish(data, by)
    rows = count_rows(wish, by, now)
    make = prepare_export if rows > MOST_AT_ONCE else keep_export
    made = make(wish=wish, rows=rows, by=by, at=now)
    response["Location"] = f"/api/v1/exports/{made.pk}"
    return Status(201, _read(made, now))


@router.get("/exports", response=PageOf[ExportOut], summary="List exports")
def list_exports(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
    """Those that this very key asked for, the newest first; also those whose file is gone."""
    exports, after = keyset(_exports(request), paging)
    waiting = (one.job_id for one in exports if one.job_id and not one.file)
    jobs, now = job_states(waiting), timezone.now()
    return answer_page(request, response, (_told(one, now, jobs.get(one.job_id or 0)) for one in exports), after)


@router.get("/exports/{export_id}", response=ExportOut, summary="Read how far an export is")
def read_export(request: ApiRequest, export_id: Id) -> object:
    """One that this very key asked for."""
    return _read(_export(request, export_id), timezone.now())


@router.get("/exports/{export_id}/content", summary="Fetch the file", openapi_extra={"responses": {200: _FILE}})
def read_export_content(request: ApiRequest, export_id: Id) -> HttpResponseBase:
    """404 while it is not `ready`."""
    answer = download_of(_export(request, export_id))
    if answer is None:
        raise Http404
    answer["Cache-Control"] = "private, no-store"
    return answer


def _wish(data: ExportIn, by: Principal) -> Wish:
    seen = registry.visible_to(by)
    view = None if data.view is None else get_object_or_404(View.objects.visible_to(by), pk=id_number(data.view))
    if view is not None and (data.filter is not None or data.words):
        raise not_so(_("A view brings its filter and its words: send a view, or a filter with words."), "view", "body")
    words = view.words if view else data.words
    shown = _shown(data, view, seen)
    return Wish(
        node=parse(view.filter, seen) if view else node_of(data.filter, seen, "body"),
        words=words,
        sort=_sort(data, view, words, shown, seen),
        columns=columns_taken(shown, seen),
        form=data.form,
        with_refused=data.with_refused,
        language=get_language() or "en",
    )


def _shown(data: ExportIn, view: View | None, seen: Registry) -> list[str]:
    if ALL_COLUMNS in data.columns:
        return [ALL_COLUMNS]
    named = [one_of(key, tuple(seen), "columns", "body").key for key in data.columns]
    return named or (list(view.columns) if view else []) or list(USUAL_COLUMNS)


def _sort(data: ExportIn, view: View | None, words: str, shown: list[str], seen: Registry) -> Sort:
    if data.sort:
        return sort_of(data.sort, seen, "body")
    return usual_sort(view.sort if view else "", words, shown, seen)


def _exports(request: ApiRequest) -> QuerySet[Export]:
    """Not what the key's person took out by hand: that may hold what the key does not see."""
    by = request.principal
    mine: QuerySet[Export] = Export.objects.visible_to(by).filter(by_kind=by.kind, by_id=by.id)
    return mine


def _export(request: ApiRequest, export_id: str) -> Export:
    return get_object_or_404(_exports(request), pk=id_number(export_id))


def _read(export: Export, now: datetime) -> dict[str, Any]:
    return _told(export, now, job_state(export.job_id) if export.job_id and not export.file else None)


def _told(export: Export, now: datetime, job: JobState | None) -> dict[str, Any]:
    state, error = _state(export, now, job)
    plain = ("form", "rows", "columns", "with_refused", "size", "expires_at")
    return {
        "id": str(export.pk),
        "state": state,
        "error": error,
        "created_at": export.at,
        **{name: getattr(export, name) for name in plain},
    }


def _state(export: Export, now: datetime, job: JobState | None) -> tuple[str, str]:
    """``job``: what is still to write the file, if any."""
    if export.is_open_at(now) and export_file(export.file).is_file():
        return "ready", ""
    if job is None or (not job.is_live and not job.error):
        return "gone", ""
    return ("waiting", "") if job.is_live else ("failed", job.error)
