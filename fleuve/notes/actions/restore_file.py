"""Take an attached file back out of the trash."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.notes.models import File
from fleuve.notes.queries import FileFound, file_or_refuse, require_author
from fleuve.search.actions import refresh

__all__ = ["restore_file"]


def restore_file(*, file_id: int, by: Principal, at: datetime) -> FileFound:
    """Put the file back where it was. Restoring twice changes nothing."""
    found = file_or_refuse(file_id, by, from_trash=True)
    require(by, "write", found.customer)
    require_author(found.file, by)
    with transaction.atomic():
        removed = File.objects.filter(pk=file_id, removed_at__isnull=False)
        if removed.update(removed_at=None, removed_by_label=""):
            refresh("file", [file_id], at=at)
            data = {"party": str(found.customer.party_id)}
            record_event("notes.file_restored", by=by, at=at, subject=("file", file_id), data=data)
    return found
