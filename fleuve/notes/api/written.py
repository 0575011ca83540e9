"""Operations on notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Status
from pydantic import Field

from fleuve.api.callers import ApiRequest
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, In, Out, id_number
from fleuve.api.versions import expected_version, refuse_other_version, tagged
from fleuve.kernel.principal import require
from fleuve.notes.actions import change_note, pin_note, remove_note, restore_note, write_note
from fleuve.notes.models import Note
from fleuve.notes.queries import NoteFound, customer_or_refuse, note_or_refuse, records_of_customer

__all__ = ["router"]

router = Routes("notes", title="Notes")


class NoteOut(Out):
    """A note about a customer."""

    id: Id
    customer_id: Id
    body: str = Field(description="Plain text with light marks (`**bold**`, lists, links).")
    is_pinned: bool
    version: int
    by: str
    created_at: datetime
    updated_at: datetime


class NoteIn(In):
    """A new note. `@Name` mentions a colleague, who is told."""

    body: str = Field(min_length=1, max_length=20_000, examples=["Called: they want the **spring** catalogue."])
    is_pinned: bool = False


class NotePatch(In):
    """What changes of a note."""

    body: str | None = Field(None, min_length=1, max_length=20_000, examples=["They have the spring catalogue."])
    is_pinned: bool | None = Field(None, description="Whether it stays on top.")


@router.get("/customers/{customer_id}/notes", response=PageOf[NoteOut], summary="List a customer’s notes")
def list_notes(request: ApiRequest, response: HttpResponse, customer_id: Id, paging: Query[Paging]) -> object:
    """The newest first."""
    party = customer_or_refuse(id_number(customer_id), request.principal).party_id
    rows = Note.objects.visible_to(request.principal).standing().filter(record_id__in=records_of_customer(party))
    notes, after = keyset(rows, paging)
    return answer_page(request, response, (_told(note, party) for note in notes), after)


@router.post("/customers/{customer_id}/notes", response={201: NoteOut}, summary="Write a note")
def create_note(request: ApiRequest, response: HttpResponse, customer_id: Id, data: NoteIn) -> object:
    """Its author is the key."""
    party = id_number(customer_id)
    note = write_note(party_id=party, body=data.body, is_pinned=data.is_pinned, by=request.principal, at=timezone.now())
    response["Location"] = f"/api/v1/notes/{note.pk}"
    tagged(request, response, note.version)
    return Status(201, _told(note, party))


@router.get("/notes/{note_id}", response=NoteOut, summary="Read a note")
def read_note(request: ApiRequest, response: HttpResponse, note_id: Id) -> object:
    """One note."""
    found = note_or_refuse(id_number(note_id), request.principal)
    tagged(request, response, found.note.version)
    return _told(found.note, found.customer.party_id)


@router.patch("/notes/{note_id}", response=NoteOut, summary="Change a note", versioned=True)
def change_note_(request: ApiRequest, response: HttpResponse, note_id: Id, data: NotePatch) -> object:
    """Only its author, or whoever leads, rewrites a note; anybody who may write there may pin it."""
    found = _changeable(request, note_id)
    version, by, at = expected_version(request), request.principal, timezone.now()
    refuse_other_version(request, found.note.version)
    note = found.note
    with transaction.atomic():
        if data.body is not None:
            note = change_note(note_id=note.pk, body=data.body, version=version, by=by, at=at)
        if data.is_pinned is not None:
            note = pin_note(note_id=note.pk, is_pinned=data.is_pinned, by=by, at=at)
    tagged(request, response, note.version)
    return _told(note, found.customer.party_id)


@router.delete("/notes/{note_id}", response={204: None}, summary="Remove a note", versioned=True)
def remove_note_(request: ApiRequest, note_id: Id) -> object:
    """Into the trash, for 30 days."""
    found = _changeable(request, note_id)
    version = expected_version(request)
    remove_note(note_id=found.note.pk, version=version, by=request.principal, at=timezone.now())
    return Status(204, None)


@router.post("/notes/{note_id}/restoration", response=NoteOut, summary="Take a note out of the trash")
def restore_note_(request: ApiRequest, response: HttpResponse, note_id: Id) -> object:
    """As it was."""
    found = restore_note(note_id=id_number(note_id), by=request.principal, at=timezone.now())
    tagged(request, response, found.note.version)
    return _told(found.note, found.customer.party_id)


def _changeable(request: ApiRequest, note_id: str) -> NoteFound:
    """What is missing, then what is refused, then what was sent."""
    found = note_or_refuse(id_number(note_id), request.principal)
    require(request.principal, "write", found.customer)
    return found


def _told(note: Note, party: int) -> dict[str, Any]:
    plain = {name: getattr(note, name) for name in ("body", "is_pinned", "version", "created_at", "updated_at")}
    return {"id": str(note.pk), "customer_id": str(party), "by": note.by_label, **plain}
