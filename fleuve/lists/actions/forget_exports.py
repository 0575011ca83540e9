"""Remove what is kept for a day only: files of exports, and bulk edits that nobody started."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from fleuve.lists.exporting.files import KEPT_FOR, delete_export_file, export_file, export_files
from fleuve.lists.models import BulkRun, Export

__all__ = ["forget_exports"]

_WISH_KEPT_FOR: Final = timedelta(hours=24)


def forget_exports(now: datetime) -> None:
    """Files first, then their names: a crash between the two leaves a name without a file, which opens nothing."""
    over = Export.objects.exclude(file="").filter(expires_at__lte=now)
    for export_id, name in over.values_list("pk", "file"):
        delete_export_file(name)
        Export.objects.filter(pk=export_id).update(file="")
    # What a killed worker left: older than any file may become, and named by no row.
    named = set(Export.objects.exclude(file="").values_list("file", flat=True))
    oldest = (now - KEPT_FOR).timestamp()
    for path in export_files():
        if path.name not in named and export_file(path.name).stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    # What a job that gave up was asked for may name people.
    Export.objects.filter(asked__isnull=False, at__lt=now - 2 * KEPT_FOR).update(asked=None)
    BulkRun.objects.filter(state=BulkRun.State.PREVIEW, at__lt=now - _WISH_KEPT_FOR).delete()
