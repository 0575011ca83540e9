"""Attached bytes on their way out, always as a download."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from fleuve.notes.models import File
from fleuve.notes.storage import path_of

__all__ = ["download_of"]


def download_of(file: File) -> FileResponse:
    """The bytes: nothing that somebody attached is ever shown as a page of this address."""
    path = path_of(file.sha256)
    if not path.is_file():
        raise Http404(_("The bytes of this file are missing. Restore them from a backup of the data folder."))
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response["Content-Length"] = str(file.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
