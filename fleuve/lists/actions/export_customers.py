"""Take a list of customers out: while its maker waits, at once or as a file for a day, or by a job that leaves one."""

from __future__ import annotations

import tempfile
from datetime import datetime
from typing import IO, Any, Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_noop

from fleuve.attributes import registry
from fleuve.jobs import JobContext, enqueue
from fleuve.kernel.principal import Principal, require
from fleuve.lists.actions.reserve_export import reserve_export
from fleuve.lists.exporting.files import KEPT_FOR, export_file, writing_export
from fleuve.lists.exporting.taking import count_rows, take
from fleuve.lists.exporting.wish import Wish
from fleuve.lists.models import Export

__all__ = ["MOST_AT_ONCE", "export_customers", "keep_export", "prepare_export", "write_export"]

# Beyond, a browser would wait for longer than people do, and a broken line would cost the day's rows.
MOST_AT_ONCE: Final = 50_000
SUBJECT: Final = "customers"


def export_customers(*, wish: Wish, rows: int | None = None, by: Principal, at: datetime) -> IO[bytes]:
    """The file of a list, at its beginning; counted before it is read. It stands in a temporary file, not in memory.

    ``rows`` is the count of whoever just asked whether the list is small enough; without it they are counted here.
    A contact detail is left out where contact is refused on its channel, unless the wish says otherwise: that takes
    whoever may see contact details at all, and is written to the audit trail.
    """
    require(by, "export")
    _reserve(wish, None, by, at, rows)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        take(wish, file, by, at)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def keep_export(*, wish: Wish, rows: int | None = None, by: Principal, at: datetime) -> Export:
    """Write a list while its maker waits, as a file that is fetched within a day; it is counted before it is read.

    For programs: they fetch it again when a line broke, without its rows being counted again.
    """
    require(by, "export")
    export = _reserve(wish, None, by, at, rows)
    with writing_export(export.pk, export.form) as (name, stream):
        take(wish, stream, by, at)
    _keep(export, name, at)
    export.refresh_from_db()
    return export


def prepare_export(*, wish: Wish, rows: int | None = None, by: Principal, at: datetime) -> Export:
    """Have a large list written by a job; it is counted now."""
    require(by, "export")
    with transaction.atomic():
        export = _reserve(wish, wish.to_json(), by, at, rows)
        job_id = enqueue("lists.export", by=by, unique_key=f"lists.export:{export.pk}", export_id=export.pk)
        Export.objects.filter(pk=export.pk).update(job_id=job_id)
    export.refresh_from_db()
    return export


def _reserve(wish: Wish, asked: dict[str, Any] | None, by: Principal, at: datetime, rows: int | None) -> Export:
    if wish.with_refused:
        require(by, "personal")
    return reserve_export(
        subject=SUBJECT,
        form=wish.form,
        rows=count_rows(wish, by, at) if rows is None else rows,
        columns=wish.columns,
        filter_digest=wish.digest,
        words_used=bool(wish.words),
        with_refused=wish.with_refused,
        asked=asked,
        by=by,
        at=at,
    )


def write_export(*, context: JobContext, export_id: int) -> dict[str, Any] | None:
    """Write the file of a prepared export, with the rights that its maker has now. A second attempt begins anew."""
    export = Export.objects.get(pk=export_id)
    if export.file or export.asked is None:
        return None
    by, now = context.by, context.now()
    require(by, "export")
    wish = Wish.from_json(export.asked, registry.visible_to(by))
    if wish.with_refused:
        require(by, "personal")

    def told(rows: int) -> None:
        context.progress(step=gettext_noop("Writing rows"), done=rows, total=export.rows)

    told(0)
    with translation.override(wish.language), writing_export(export.pk, export.form) as (name, stream):
        rows = take(wish, stream, by, now, told)
    with context.transaction():
        size = _keep(export, name, context.now())
        context.finish({"rows": rows, "bytes": size})
    return {"rows": rows, "bytes": size}


def _keep(export: Export, name: str, at: datetime) -> int:
    """From now on the file can be fetched; answers its bytes."""
    size = export_file(name).stat().st_size
    Export.objects.filter(pk=export.pk).update(file=name, size=size, asked=None, expires_at=at + KEPT_FOR)
    return size
