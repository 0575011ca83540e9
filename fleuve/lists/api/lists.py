"""Operations on lists of customers: filtered, ordered, counted, grouped, and saved as views."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema, Status
from pydantic import Field

from fleuve.api.callers import ApiRequest
from fleuve.api.paging import PageOf, Paging, answer_page, keyset, read_cursor, write_cursor
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, In, Out, id_number
from fleuve.api.versions import expected_version, tagged
from fleuve.attributes import Attribute, Registry, parse, registry
from fleuve.lists.actions import remove_view, restore_view, save_view
from fleuve.lists.api.asking import node_of, not_so, one_of, sort_of
from fleuve.lists.mirror.reading import opened
from fleuve.lists.mirror.view import Group
from fleuve.lists.models import View
from fleuve.lists.queries.columns import MOST_COLUMNS
from fleuve.lists.queries.groups import MOST_SUMS, groupable, summable
from fleuve.parties.api import router as customers
from fleuve.parties.api.schemas import RowOut
from fleuve.parties.api.values import rows_told

__all__ = ["router"]

router = Routes("customers", title="Views")

_USUAL: Final = ("name", "customer_number", "stage", "city", "owner")


class Asked(Schema):
    """Which customers."""

    filter: str = Field("", max_length=20_000, description="A condition as JSON; see `/api/v1/fields`.")
    words: str = Field("", max_length=200, description="Words in names, numbers and addresses.", examples=["duval"])


class ListPage(PageOf[RowOut]):
    """A page of customers. Order and number are those of `as_of`; each row is as it stands now."""

    as_of: datetime


class CountOut(Out):
    """How many there are."""

    count: int
    as_of: datetime


class GroupOut(Out):
    """Customers with the same answer; `key` is null where there is none, and a month such as 202603 for a day."""

    key: str | int | None
    customers: int
    sums: dict[str, float]


class GroupsOut(Out):
    """The groups, the largest first; `others` holds those that do not stand on their own, `whole` everybody once."""

    items: list[GroupOut]
    whole: GroupOut
    others: GroupOut | None
    as_of: datetime


class ViewIn(In):
    """A list to keep under a name."""

    name: str = Field(min_length=1, max_length=80, examples=["Lyon, slipping away"])
    filter: dict[str, Any] = Field(
        default_factory=lambda: {"all": []},
        examples=[{"all": [{"key": "city", "operator": "is", "value": "Lyon"}]}],
    )
    words: str = Field("", max_length=200)
    columns: list[str] = Field(default_factory=list, max_length=MOST_COLUMNS)
    sort: str = Field("", max_length=60, examples=["-value"])
    is_shared: bool = Field(False, description="With everybody.")


class ViewOut(Out):
    """A list that somebody saved."""

    id: Id
    name: str
    filter: dict[str, Any]
    words: str
    columns: list[str]
    sort: str
    is_shared: bool
    owner: Id
    version: int


@customers.get("/customers", response=ListPage, summary="List customers")
def list_customers(
    request: ApiRequest,
    response: HttpResponse,
    asked: Query[Asked],
    paging: Query[Paging],
    columns: Annotated[str, Query(max_length=2000, description="Keys of fields, with commas between.")] = "",
    sort: Annotated[str, Query(max_length=60, description="A field; `-` before it for the largest first.")] = "name",
) -> object:
    """Customers whom the key sees, in the order of any field. `filter` is a condition, or several in `all`, `any`
    and `not`. What is not asked for in `columns` is not read.
    """
    visible, now = registry.visible_to(request.principal), timezone.now()
    node, order = node_of(asked.filter, visible), sort_of(sort, visible)
    chosen = _columns(columns, visible)
    place = read_cursor(f"customers {order.text}", paging.after)
    with opened(request.principal, now, visible) as view:
        part = view.page(node, asked.words, order, place[0] if place else "", paging.limit)
        as_of = view.as_of
    after = write_cursor(f"customers {order.text}", [part.page.next]) if part.page.next else None
    rows = rows_told(part.ids, chosen, request.principal)
    return answer_page(request, response, rows, after, as_of=as_of)


@customers.get("/customers/count", response=CountOut, summary="Count customers")
def count_customers(request: ApiRequest, asked: Query[Asked]) -> object:
    """How many customers the key sees who meet the condition."""
    visible = registry.visible_to(request.principal)
    node = node_of(asked.filter, visible)
    with opened(request.principal, timezone.now(), visible) as view:
        return {"count": view.count(node, asked.words), "as_of": view.as_of}


@customers.get("/customers/groups", response=GroupsOut, summary="Group customers")
def group_customers(
    request: ApiRequest,
    asked: Query[Asked],
    by: Annotated[str, Query(..., max_length=60, description="The field that groups.", examples=["stage"])],
    sums: Annotated[str, Query(max_length=300, description="Fields that add up, with commas between.")] = "",
) -> object:
    """How many there are for each answer of a field, and what others add up to; money in minor units."""
    visible = registry.visible_to(request.principal)
    node = node_of(asked.filter, visible)
    field = one_of(by, groupable(visible), "by")
    added = [one_of(key, summable(visible), "sums") for key in sums.split(",") if key]
    if len(added) > MOST_SUMS:
        raise not_so(_("At most %(most)s fields add up at once.") % {"most": MOST_SUMS}, "sums")
    keys = [one.key for one in added]
    with opened(request.principal, timezone.now(), visible) as view:
        found, as_of = view.groups(node, asked.words, field.key, keys), view.as_of
    return {
        "items": [_told_group(one, field, keys) for one in found.rows],
        "whole": _told_group(found.whole, field, keys),
        "others": _told_group(found.others, field, keys) if found.others else None,
        "as_of": as_of,
    }


@router.get("/views", response=PageOf[ViewOut], summary="List views")
def list_views(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
    """Views of the key’s person and those shared with everybody, by id."""
    views, after = keyset(View.objects.visible_to(request.principal), paging, order=("id",))
    return answer_page(request, response, (_told_view(one) for one in views), after)


@router.post("/views", response={201: ViewOut}, summary="Save a view")
def create_view(request: ApiRequest, response: HttpResponse, data: ViewIn) -> object:
    """It belongs to the key’s person; sharing it takes who may give customers away."""
    visible = registry.visible_to(request.principal)
    saved = save_view(
        name=data.name,
        node=parse(data.filter, visible),
        words=data.words,
        columns=[one_of(key, tuple(visible), "columns", "body").key for key in data.columns],
        sort=sort_of(data.sort, visible, "body").text if data.sort else "",
        is_shared=data.is_shared,
        by=request.principal,
        at=timezone.now(),
    )
    tagged(request, response, saved.version)
    return Status(201, _told_view(saved))


@router.get("/views/{view_id}", response=ViewOut, summary="Read a view")
def read_view(request: ApiRequest, response: HttpResponse, view_id: Id) -> object:
    """Its `filter`, `words`, `columns` and `sort` are what `/customers` takes."""
    found = _view(request, view_id)
    tagged(request, response, found.version)
    return _told_view(found)


@router.delete("/views/{view_id}", response={204: None}, summary="Remove a view", versioned=True)
def remove_view_(request: ApiRequest, view_id: Id) -> object:
    """Into the trash."""
    found = _view(request, view_id)
    remove_view(view=found, version=expected_version(request), by=request.principal, at=timezone.now())
    return Status(204, None)


@router.post("/views/{view_id}/restoration", response=ViewOut, summary="Take a view out of the trash")
def restore_view_(request: ApiRequest, response: HttpResponse, view_id: Id) -> object:
    """One of the key’s person."""
    gone = View.objects.filter(owner_user_id=request.principal.user_id or 0).exclude(removed_at=None)
    found = get_object_or_404(gone, pk=id_number(view_id))
    restore_view(view=found, version=found.version, by=request.principal, at=timezone.now())
    return read_view(request, response, view_id)


def _view(request: ApiRequest, view_id: str) -> View:
    found: View = get_object_or_404(View.objects.visible_to(request.principal), pk=id_number(view_id))
    return found


def _columns(text: str, visible: Registry) -> list[Attribute]:
    keys = [one for one in text.split(",") if one]
    if not keys:
        return [found for key in _USUAL if (found := visible.find(key))]
    if len(keys) > MOST_COLUMNS:
        raise not_so(_("At most %(most)s columns are read at once.") % {"most": MOST_COLUMNS}, "columns")
    return [one_of(key, tuple(visible), "columns") for key in dict.fromkeys(keys)]


def _told_group(group: Group, by: Attribute, sums: list[str]) -> dict[str, Any]:
    key = group.key
    if by.type == "yes_no" and key is not None:
        key = "yes" if key else "no"
    elif by.type != "date" and key is not None:
        key = str(key)
    return {"key": key, "customers": group.customers, "sums": dict(zip(sums, group.sums, strict=True))}


def _told_view(view: View) -> dict[str, Any]:
    return {
        "id": str(view.pk),
        "name": view.name,
        "filter": view.filter,
        "words": view.words,
        "columns": list(view.columns),
        "sort": view.sort,
        "is_shared": view.shared == View.Shared.ALL,
        "owner": str(view.owner_user_id),
        "version": view.version,
    }
