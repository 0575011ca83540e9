"""Delete for good what has been in the trash for thirty days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from fleuve.kernel.principal import Principal, require
from fleuve.notes.models import File, Note
from fleuve.notes.storage import delete_unnamed

__all__ = ["KEPT_DAYS", "purge_trash"]

KEPT_DAYS: Final = 30
_STEP: Final = 500


def purge_trash(*, by: Principal, at: datetime) -> int:
    """Delete a few hundred removed notes and files of more than thirty days, then bytes that no row names any more.

    Returns how many rows went; call it again until it answers 0. Bytes go after the commit: a file that is in some
    customer's list always has its bytes.
    """
    require(by, "operate")
    before = at - timedelta(days=KEPT_DAYS)
    with transaction.atomic():
        notes = list(Note.objects.filter(removed_at__lt=before).values_list("pk", flat=True)[:_STEP])
        Note.objects.filter(pk__in=notes).delete()
        files = dict(File.objects.filter(removed_at__lt=before).values_list("pk", "sha256")[:_STEP])
        File.objects.filter(pk__in=list(files)).delete()
    delete_unnamed(
        set(files.values()) - set(File.objects.filter(sha256__in=set(files.values())).values_list("sha256", flat=True))
    )
    return len(notes) + len(files)
