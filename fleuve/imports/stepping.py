"""The steps of an import that read its file: at once while it is small, else by a job that can be followed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from fleuve.imports.actions import check_import, look_at_file
from fleuve.imports.models import Import
from fleuve.jobs import enqueue
from fleuve.kernel.principal import Principal

__all__ = ["check_soon", "look_soon"]

# Up to this size a file is looked at and checked while the person waits: below a second on two cores.
_AT_ONCE_BYTES: Final = 4 * 1024 * 1024


def look_soon(row: Import, sheet: str, *, by: Principal, at: datetime) -> None:
    """Find the layout and the columns."""
    if row.file_size <= _AT_ONCE_BYTES:
        look_at_file(row=row, sheet=sheet, by=by, at=at)
        return
    key = f"imports.inspect:{row.pk}"
    job = enqueue("imports.inspect", by=by, unique_key=key, import_id=row.pk, sheet=sheet)
    Import.objects.filter(pk=row.pk).update(job_id=job, state=Import.State.RECEIVED)


def check_soon(row: Import, *, by: Principal, at: datetime) -> None:
    """Count what the import would do."""
    if row.file_size <= _AT_ONCE_BYTES:
        check_import(row=row, by=by, at=at)
        return
    job = enqueue("imports.check", by=by, unique_key=f"imports.check:{row.pk}", import_id=row.pk)
    Import.objects.filter(pk=row.pk).update(job_id=job)
