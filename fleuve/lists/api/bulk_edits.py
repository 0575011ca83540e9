"""Operations that change many customers at once: looked at, started, followed, undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status
from pydantic import Field

from fleuve.accounts.queries import organisation
from fleuve.api.callers import ApiRequest
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, In, Out, id_number
from fleuve.attributes import registry
from fleuve.jobs.queries import job_state
from fleuve.kernel.errors import FleuveError, PermissionRefused
from fleuve.kernel.principal import Principal, require
from fleuve.lists.actions import may_start_undo, prepare_bulk, start_bulk, start_bulk_undo
from fleuve.lists.api.asking import node_of, not_so
from fleuve.lists.bulk.edits import BulkEdit, edit_of_value, editable
from fleuve.lists.bulk.preview import preview_of
from fleuve.lists.bulk.selection import MOST_TICKED
from fleuve.lists.bulk.wording import kept_lines, said_edit
from fleuve.lists.models import BulkRun
from fleuve.parties.api.values import typed_values
from fleuve.parties.changing.edits import targets_of
from fleuve.parties.models import Tag

__all__ = ["router"]

router = Routes("customers", title="Bulk edits")

_SCOPE: Final = "customers:write"
_MOST_TAGS: Final = 50
_MOST_KEPT: Final = 500


class BulkIn(In):
    """Whom to change, by their ids or by a filter with words, and one change for all of them."""

    customers: list[Id] = Field(default_factory=list, max_length=MOST_TICKED)
    filter: dict[str, Any] | None = Field(
        None,
        description='A condition as in `/api/v1/customers`; `{"all": []}` means everybody.',
        examples=[{"all": [{"key": "city", "operator": "is", "value": "Lyon"}]}],
    )
    words: str = Field("", max_length=200, description="Beside a filter: words in names, numbers and addresses.")
    values: dict[str, Any] = Field(
        default_factory=dict,
        max_length=1,
        description="One field and its new value as in `/api/v1/customers/{customer_id}`; null empties it.",
        examples=[{"city": "Lille"}],
    )
    add_tags: list[Id] = Field(default_factory=list, max_length=_MOST_TAGS)
    remove_tags: list[Id] = Field(default_factory=list, max_length=_MOST_TAGS)
    remove: bool = Field(False, description="Into the trash.")


class FormerOut(Out):
    """A value that would go, and how many customers have it."""

    value: str
    customers: int


class ExampleOut(Out):
    """One customer who would change."""

    id: Id
    name: str
    before: str


class PreviewOut(Out):
    """What it would do if it started now."""

    will_change: int
    unchanged: int = Field(description="They have it already.")
    refused: int = Field(description="They are not the key’s to change.")
    missing: int = Field(description="Named, and not there or out of reach.")
    former: list[FormerOut] = Field(description="The most frequent first.")
    other_former: int
    examples: list[ExampleOut]


class KeptOut(Out):
    """A value that undoing left: somebody wrote it since."""

    customer: Id | None
    name: str
    field: str
    before: str = Field(description="What undoing would have put back.")
    found: str
    by: str = Field(description="Who wrote that, and when.")


class BulkOut(Out):
    """A change of many customers, and how far it is."""

    id: Id
    state: Literal["preview", "running", "done", "undoing", "undone"]
    does: str = Field(description="What it changes, in the language asked for.")
    customers: int = Field(description="How many it is about: fixed when it starts, 0 before.")
    changed: int
    unchanged: int
    refused: int
    restored: int = Field(description="Values that undoing put back.")
    kept: int = Field(description="Values that undoing left as it found them.")
    kept_values: list[KeptOut]
    preview: PreviewOut | None = Field(description="As long as it has not started.")
    may_undo: bool
    error: str = Field(description="Why it cannot start, or why its job ended.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undone_at: datetime | None


@router.post("/customers/bulk-edits", response={201: BulkOut}, summary="Look at a bulk edit", in_chunks=True)
def create_bulk_edit(request: ApiRequest, response: HttpResponse, data: BulkIn) -> object:
    """Changes nothing: the answer tells what it would do. It waits for a day to be started, by the same key."""
    by = request.principal
    require(by, "bulk")
    if bool(data.customers) == (data.filter is not None):
        raise not_so(_("Say whom to change: send “customers” or a “filter”, one of the two."), "customers", "body")
    if data.customers and data.words:
        raise not_so(_("Words choose among all: send them with a “filter”."), "words", "body")
    node = None if data.filter is None else node_of(data.filter, registry.visible_to(by), "body")
    run = prepare_bulk(
        edit=_edit(data, by),
        party_ids=[id_number(one) for one in data.customers] or None,
        node=node,
        words=data.words,
        by=by,
        at=timezone.now(),
    )
    response["Location"] = f"/api/v1/customers/bulk-edits/{run.pk}"
    return Status(201, _told(run, by))


@router.get("/customers/bulk-edits/{bulk_edit_id}", response=BulkOut, scope=_SCOPE, summary="Read a bulk edit")
def read_bulk_edit(request: ApiRequest, bulk_edit_id: Id) -> object:
    """How far it is; before it starts, what it would do now. One of the key’s person."""
    return _told(_run(request, bulk_edit_id), request.principal)


@router.post("/customers/bulk-edits/{bulk_edit_id}/start", response={202: BulkOut}, summary="Start it", in_chunks=True)
def start_bulk_edit(request: ApiRequest, bulk_edit_id: Id) -> object:
    """From here on it is fixed whom it is about. A job does it, with the rights that the key has while it runs."""
    run = _run(request, bulk_edit_id)
    start_bulk(run=run, by=request.principal, at=timezone.now())
    return Status(202, _told(run, request.principal))


@router.post("/customers/bulk-edits/{bulk_edit_id}/undo", response={202: BulkOut}, summary="Undo it", in_chunks=True)
def undo_bulk_edit(request: ApiRequest, bulk_edit_id: Id) -> object:
    """A job puts the earlier values back. What somebody wrote since stays, and is told in `kept_values`."""
    run = _run(request, bulk_edit_id)
    start_bulk_undo(run=run, by=request.principal, at=timezone.now())
    return Status(202, _told(run, request.principal))


def _run(request: ApiRequest, bulk_edit_id: str) -> BulkRun:
    rows = BulkRun.objects.visible_to(request.principal)
    found: BulkRun = get_object_or_404(rows, pk=id_number(bulk_edit_id))
    return found


def _edit(data: BulkIn, by: Principal) -> BulkEdit:
    """The one change that was asked for."""
    is_tagging = bool(data.add_tags or data.remove_tags)
    if bool(data.values) + is_tagging + data.remove != 1:
        raise not_so(_("Say what to change, one thing at a time: “values”, tags, or “remove”."), "values", "body")
    if data.remove:
        return BulkEdit("trash")
    return _tagging(data) if is_tagging else _filling(data.values, by)


def _filling(values: dict[str, Any], by: Principal) -> BulkEdit:
    (key,) = values
    value = typed_values(values, by)[key]
    if key == "owner":
        return BulkEdit("owner", told=None if value is None else str(value))
    return edit_of_value(editable(by).get(key) or targets_of([key], by)[key], value)


def _tagging(data: BulkIn) -> BulkEdit:
    add, remove = ({id_number(one) for one in ids} for ids in (data.add_tags, data.remove_tags))
    if add & remove:
        raise not_so(_("A tag is put on or taken off, not both."), "remove_tags", "body")
    standing = set(Tag.objects.filter(removed_at=None, pk__in=add | remove).values_list("pk", flat=True))
    for at, asked in (("add_tags", add), ("remove_tags", remove)):
        if not asked <= standing:
            raise not_so(_("There is no such tag: send ids of tags, those under “tags”."), at, "body")
    return BulkEdit("tags", add=tuple(sorted(add)), remove=tuple(sorted(remove)))


def _told(run: BulkRun, by: Principal) -> dict[str, Any]:
    currency = organisation().currency or "EUR"
    job = job_state(run.job_id, by) if run.job_id else None
    preview, refusal = _preview(run, by, currency)
    counts = ("changed", "unchanged", "refused", "restored", "kept", "started_at", "finished_at", "undone_at")
    return {
        "id": str(run.pk),
        "state": run.state,
        "does": said_edit(BulkEdit.from_json(run.edit), by, currency),
        "customers": run.parties,
        "kept_values": _kept(run, by) if run.kept else [],
        "preview": preview,
        "may_undo": may_start_undo(run, by),
        "error": refusal or (job.error if job is not None and not job.is_live else ""),
        "created_at": run.at,
        **{name: getattr(run, name) for name in counts},
    }


def _preview(run: BulkRun, by: Principal, currency: str) -> tuple[dict[str, Any] | None, str]:
    """What it would do, or why it cannot any more."""
    if run.state != BulkRun.State.PREVIEW:
        return None, ""
    try:
        found = preview_of(run, by, timezone.now(), currency)
    except PermissionRefused:
        raise
    except FleuveError as refused:
        return None, str(refused)
    counts = {name: getattr(found, name) for name in ("will_change", "unchanged", "refused", "missing", "other_former")}
    former = [{"value": value, "customers": count} for value, count in found.former]
    examples = [{"id": str(one.party_id), "name": one.name, "before": one.before} for one in found.examples]
    return {**counts, "former": former, "examples": examples}, ""


def _kept(run: BulkRun, by: Principal) -> list[dict[str, Any]]:
    return [
        {
            "customer": str(one.party_id) if one.party_id else None,
            "name": one.name,
            "field": one.field,
            "before": one.before,
            "found": one.found,
            "by": one.who,
        }
        for one in kept_lines(run, by, _MOST_KEPT)
    ]
