"""Operations on what the house keeps of every customer: its fields and its tags."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Status
from pydantic import Field

from fleuve.api.callers import ApiRequest
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, In, Out, id_number
from fleuve.api.versions import expected_version, tagged
from fleuve.attributes import Attribute, registry
from fleuve.attributes.operators import operators_of
from fleuve.attributes.registry import is_open_to
from fleuve.kernel.principal import Principal, may_change
from fleuve.parties.actions import (
    change_own_field,
    change_tag,
    create_own_field,
    create_tag,
    remove_own_field,
    remove_tag,
    restore_own_field,
    restore_tag,
)
from fleuve.parties.details import DETAILS
from fleuve.parties.models import OwnField, Tag

__all__ = ["router"]

router = Routes("fields", title="Fields and tags")

Color = Literal["", "orange", "sky", "green", "yellow", "blue", "vermilion", "purple"]
FieldType = Literal["text", "number", "money", "date", "yes_no", "choice", "choices", "link"]
Personal = Literal["", "identity", "contact", "behaviour"]


class Answer(Out):
    """One answer of a choice."""

    key: str
    label: str


class FieldOut(Out):
    """Something known about customers: a key of `values`, of a filter, of an order or of a column."""

    key: str = Field(examples=["city"])
    type: FieldType
    label: str
    may_change: bool = Field(description="Whether this key may write it, on customers within its reach.")
    filterable: bool
    operators: list[str] = Field(description="What a condition of a filter may ask.")
    choices: list[Answer]
    unit: str
    own_field: Id | None = Field(None, description="The number of a field that the house made.")


class FieldsOut(Out):
    """All of them, in the order in which people see them."""

    items: list[FieldOut]


class OwnFieldOut(Out):
    """A field that the house made."""

    id: Id
    key: str = Field(description="What it is called in `values`.")
    type: FieldType
    label: str
    help: str
    choices: list[Answer]
    personal: Personal
    purpose: str
    retention: str
    version: int


class OwnFieldIn(In):
    """A new field. Its type never changes; a personal one needs a purpose."""

    label: str = Field(min_length=1, max_length=80, examples=["Favourite shop"])
    type: FieldType = Field(examples=["text"])
    choices: list[str] = Field(default_factory=list, max_length=200, description="Answers, for a choice.")
    help: str = Field("", max_length=200)
    personal: Personal = ""
    purpose: str = Field("", max_length=120)
    retention: str = Field("", max_length=120)


class OwnFieldPatch(In):
    """What changes of a field."""

    label: str = Field("", min_length=1, max_length=80, examples=["Preferred shop"])
    choices: list[str] = Field(default_factory=list, max_length=200)
    help: str = Field("", max_length=200)
    personal: Personal = ""
    purpose: str = Field("", max_length=120)
    retention: str = Field("", max_length=120)


class TagOut(Out):
    """A word that people stick on customers."""

    id: Id
    name: str
    color: Color
    version: int


class TagIn(In):
    """A new tag."""

    name: str = Field(min_length=1, max_length=60, examples=["Trade fair 2026"])
    color: Color = ""


class TagPatch(In):
    """What changes of a tag."""

    name: str | None = Field(None, min_length=1, max_length=60, examples=["Trade fair 2027"])
    color: Color | None = None


@router.get("/fields", response=FieldsOut, scope="customers:read", summary="List fields")
def list_fields(request: ApiRequest) -> object:
    """Every field that the key may see, declared or made by the house, with what filters may ask of it."""
    seen = [one for one in (*registry.visible_to(request.principal), *DETAILS) if is_open_to(request.principal, one)]
    return {"items": [_told_field(one.settled(), request.principal) for one in seen]}


@router.get("/own-fields", response=PageOf[OwnFieldOut], scope="customers:read", summary="List the house’s own fields")
def list_own_fields(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
    """Fields that the house made, by id."""
    fields, after = keyset(_own_fields(request.principal), paging, order=("id",))
    return answer_page(request, response, (_told_own(one) for one in fields), after)


@router.post("/own-fields", response={201: OwnFieldOut}, summary="Make a field")
def create_field(request: ApiRequest, response: HttpResponse, data: OwnFieldIn) -> object:
    """Lists, filters, exports, imports and this API have it as soon as it is made."""
    made = create_own_field(**data.model_dump(), by=request.principal, at=timezone.now())
    tagged(request, response, made.version)
    return Status(201, _told_own(made))


@router.get("/own-fields/{field_id}", response=OwnFieldOut, scope="customers:read", summary="Read a field")
def read_field(request: ApiRequest, response: HttpResponse, field_id: Id) -> object:
    """One field that the house made."""
    found = _own_field(request, field_id)
    tagged(request, response, found.version)
    return _told_own(found)


@router.patch("/own-fields/{field_id}", response=OwnFieldOut, summary="Change a field", versioned=True)
def change_field(request: ApiRequest, response: HttpResponse, field_id: Id, data: OwnFieldPatch) -> object:
    """An answer that is left out stays readable where it was given, and cannot be given any more."""
    found, version = _own_field(request, field_id), expected_version(request)
    values = data.model_dump(exclude_unset=True)
    changed = change_own_field(own_field=found, values=values, version=version, by=request.principal, at=timezone.now())
    tagged(request, response, changed.version)
    return _told_own(changed)


@router.delete("/own-fields/{field_id}", response={204: None}, summary="Remove a field", versioned=True)
def remove_field(request: ApiRequest, field_id: Id) -> object:
    """Into the trash; its values stay and come back with it."""
    found = _own_field(request, field_id)
    remove_own_field(own_field=found, version=expected_version(request), by=request.principal, at=timezone.now())
    return Status(204, None)


@router.post("/own-fields/{field_id}/restoration", response=OwnFieldOut, summary="Take a field out of the trash")
def restore_field(request: ApiRequest, response: HttpResponse, field_id: Id) -> object:
    """With all its values."""
    gone = OwnField.objects.visible_to(request.principal).exclude(removed_at=None)
    found = get_object_or_404(gone, pk=id_number(field_id))
    restore_own_field(own_field=found, version=found.version, by=request.principal, at=timezone.now())
    found.refresh_from_db()
    tagged(request, response, found.version)
    return _told_own(found)


@router.get("/tags", response=PageOf[TagOut], scope="customers:read", summary="List tags")
def list_tags(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
    """The tags of the house, by id."""
    tags, after = keyset(_tags(request.principal), paging, order=("id",))
    return answer_page(request, response, (_told_tag(one) for one in tags), after)


@router.post("/tags", response={201: TagOut}, summary="Make a tag")
def create_tag_(request: ApiRequest, response: HttpResponse, data: TagIn) -> object:
    """Names are one whatever their accents and case."""
    made = create_tag(name=data.name, color=data.color, by=request.principal, at=timezone.now())
    tagged(request, response, made.version)
    return Status(201, _told_tag(made))


@router.get("/tags/{tag_id}", response=TagOut, scope="customers:read", summary="Read a tag")
def read_tag(request: ApiRequest, response: HttpResponse, tag_id: Id) -> object:
    """One tag."""
    found = _tag(request, tag_id)
    tagged(request, response, found.version)
    return _told_tag(found)


@router.patch("/tags/{tag_id}", response=TagOut, summary="Change a tag", versioned=True)
def change_tag_(request: ApiRequest, response: HttpResponse, tag_id: Id, data: TagPatch) -> object:
    """Everybody who has it has it under its new name."""
    found, version = _tag(request, tag_id), expected_version(request)
    name = found.name if data.name is None else data.name
    color = found.color if data.color is None else data.color
    change_tag(tag=found, name=name, color=color, version=version, by=request.principal, at=timezone.now())
    found.refresh_from_db()
    tagged(request, response, found.version)
    return _told_tag(found)


@router.delete("/tags/{tag_id}", response={204: None}, summary="Remove a tag", versioned=True)
def remove_tag_(request: ApiRequest, tag_id: Id) -> object:
    """Into the trash; it stays on its customers, unseen."""
    found = _tag(request, tag_id)
    remove_tag(tag=found, version=expected_version(request), by=request.principal, at=timezone.now())
    return Status(204, None)


@router.post("/tags/{tag_id}/restoration", response=TagOut, summary="Take a tag out of the trash")
def restore_tag_(request: ApiRequest, response: HttpResponse, tag_id: Id) -> object:
    """On every customer that had it."""
    gone = Tag.objects.visible_to(request.principal).exclude(removed_at=None)
    found = get_object_or_404(gone, pk=id_number(tag_id))
    restore_tag(tag=found, version=found.version, by=request.principal, at=timezone.now())
    found.refresh_from_db()
    tagged(request, response, found.version)
    return _told_tag(found)


def _tags(principal: Principal) -> Any:
    return Tag.objects.visible_to(principal).filter(removed_at=None)


def _tag(request: ApiRequest, tag_id: str) -> Tag:
    found: Tag = get_object_or_404(_tags(request.principal), pk=id_number(tag_id))
    return found


def _own_fields(principal: Principal) -> Any:
    """Those that the field rules leave open to the principal."""
    open_ones = {int(one.field) for one in registry.visible_to(principal) if one.kept_in == "own"}
    return OwnField.objects.visible_to(principal).filter(removed_at=None, pk__in=open_ones)


def _own_field(request: ApiRequest, field_id: str) -> OwnField:
    found: OwnField = get_object_or_404(_own_fields(request.principal), pk=id_number(field_id))
    return found


def _told_tag(tag: Tag) -> dict[str, Any]:
    return {"id": str(tag.pk), "name": tag.name, "color": tag.color, "version": tag.version}


def _told_own(one: OwnField) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("type", "label", "help", "personal", "purpose", "retention")}
    choices = [{"key": key, "label": label} for key, label in (one.shape.choices or {}).items()]
    return {"id": str(one.pk), "key": f"own_{one.key}", "choices": choices, "version": one.version, **plain}


def _told_field(one: Attribute, principal: Principal) -> dict[str, Any]:
    is_written = one.kept_in not in ("computed", "card")
    return {
        "key": one.key,
        "type": one.type,
        "label": str(one.label),
        "may_change": is_written and may_change(principal, one.key),
        "filterable": one.filterable,
        "operators": [str(operator.key) for operator in operators_of(one)] if one.filterable else [],
        "choices": [{"key": choice.key, "label": str(choice.label)} for choice in one.offered],
        "unit": str(one.unit),
        "own_field": one.field if one.kept_in == "own" else None,
    }
