"""Files of lists on their way out: as a download, named by the list and the day."""

from __future__ import annotations

from datetime import date
from typing import IO

from django.http import FileResponse
from django.utils import timezone

from fleuve.accounts.queries import organisation
from fleuve.lists.exporting.files import export_file
from fleuve.lists.exporting.writing import MEDIA_TYPES
from fleuve.lists.models import Export

__all__ = ["download", "download_of"]


def download(file: IO[bytes], subject: str, form: str, day: date | None = None) -> FileResponse:
    """A file of today, or of the day when it was asked for."""
    told = day or organisation().today(timezone.now())
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{subject}-{told}.{form}",
        content_type=MEDIA_TYPES[form],  # type: ignore[index]
    )


def download_of(export: Export) -> FileResponse | None:
    """The file that was kept; nothing when it is not written, or gone."""
    path = export_file(export.file)
    if not export.is_open_at(timezone.now()) or not path.is_file():
        return None
    return download(path.open("rb"), export.subject, export.form, export.at.astimezone(organisation().zone).date())
