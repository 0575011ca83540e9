"""Operations on attached files."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from ninja import File as Upload
from ninja import Query, Status
from ninja.files import UploadedFile

from fleuve.api.callers import ApiRequest
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, Out, id_number
from fleuve.notes.actions import add_file, remove_file, restore_file
from fleuve.notes.downloads import download_of
from fleuve.notes.models import File
from fleuve.notes.queries import customer_or_refuse, file_or_refuse, records_of_customer

__all__ = ["router"]

router = Routes("notes", title="Files")

_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_BYTES: Final = {"description": "The bytes.", "content": {"application/octet-stream": _BINARY}}


class FileOut(Out):
    """A file attached to a customer."""

    id: Id
    customer_id: Id
    name: str
    media_type: str
    size: int
    sha256: str
    by: str
    at: datetime


@router.get("/customers/{customer_id}/files", response=PageOf[FileOut], summary="List a customer’s files")
def list_files(request: ApiRequest, response: HttpResponse, customer_id: Id, paging: Query[Paging]) -> object:
    """The newest first."""
    party = customer_or_refuse(id_number(customer_id), request.principal).party_id
    rows = File.objects.visible_to(request.principal).standing().filter(record_id__in=records_of_customer(party))
    files, after = keyset(rows, paging)
    return answer_page(request, response, (_told_file(file, party) for file in files), after)


@router.post("/customers/{customer_id}/files", response={201: FileOut}, summary="Attach a file")
def create_file(request: ApiRequest, response: HttpResponse, customer_id: Id, file: Upload[UploadedFile]) -> object:
    """At most 25 MB, as `multipart/form-data`."""
    party = id_number(customer_id)
    made = add_file(party_id=party, name=file.name or "", blocks=file.chunks(), by=request.principal, at=timezone.now())
    response["Location"] = f"/api/v1/files/{made.pk}"
    return Status(201, _told_file(made, party))


@router.get("/files/{file_id}", response=FileOut, summary="Read what a file is")
def read_file(request: ApiRequest, file_id: Id) -> object:
    """Its name and size; the bytes are its `content`."""
    found = file_or_refuse(id_number(file_id), request.principal)
    return _told_file(found.file, found.customer.party_id)


@router.get("/files/{file_id}/content", summary="Download a file", openapi_extra={"responses": {200: _BYTES}})
def read_file_content(request: ApiRequest, file_id: Id) -> HttpResponseBase:
    """The bytes as they were attached."""
    return download_of(file_or_refuse(id_number(file_id), request.principal).file)


@router.delete("/files/{file_id}", response={204: None}, summary="Remove a file")
def remove_file_(request: ApiRequest, file_id: Id) -> object:
    """Into the trash, for 30 days."""
    remove_file(file_id=id_number(file_id), by=request.principal, at=timezone.now())
    return Status(204, None)


@router.post("/files/{file_id}/restoration", response=FileOut, summary="Take a file out of the trash")
def restore_file_(request: ApiRequest, file_id: Id) -> object:
    """Where it was."""
    found = restore_file(file_id=id_number(file_id), by=request.principal, at=timezone.now())
    return _told_file(found.file, found.customer.party_id)


def _told_file(file: File, party: int) -> dict[str, Any]:
    plain = {name: getattr(file, name) for name in ("name", "media_type", "size", "sha256", "at")}
    return {"id": str(file.pk), "customer_id": str(party), "by": file.by_label, **plain}
