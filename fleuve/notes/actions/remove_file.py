"""Put an attached file into the trash."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.notes.models import File
from fleuve.notes.queries import FileFound, file_or_refuse, require_author
from fleuve.search.actions import refresh

__all__ = ["remove_file"]


def remove_file(*, file_id: int, by: Principal, at: datetime) -> FileFound:
    """Take a file off its customer; it waits in the trash for thirty days. Removing twice changes nothing."""
    found = file_or_refuse(file_id, by)
    require(by, "write", found.customer)
    require_author(found.file, by)
    with transaction.atomic():
        standing = File.objects.filter(pk=file_id, removed_at__isnull=True)
        if standing.update(removed_at=at, removed_by_label=by.label):
            refresh("file", [file_id], at=at)
            data = {"party": str(found.customer.party_id)}
            record_event("notes.file_removed", by=by, at=at, subject=("file", file_id), data=data)
    return found
