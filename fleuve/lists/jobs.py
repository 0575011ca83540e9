"""Keeping the derived files of lists up to date."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.jobs import JobContext, job, register_chore, schedule
from fleuve.lists.actions import ask_for_fold, forget_exports, refresh_mirror
from fleuve.lists.actions.export_customers import write_export
from fleuve.lists.actions.run_bulk import run_bulk, undo_bulk
from fleuve.lists.bought.making import refresh_behaviour

__all__ = ["behaviour", "bulk", "bulk_undo", "export", "mirror"]

register_chore(ask_for_fold, every_seconds=10)
register_chore(forget_exports, every_seconds=600)
schedule("lists.mirror", cron="50 3 * * *")


@job("lists.mirror", title=_("Bring lists up to date"))
def mirror(context: JobContext, whole: bool = True) -> dict[str, object]:
    """Make the mirror of the list rows anew, or fold in what changed."""
    done = refresh_mirror(whole=whole, by=context.by, at=context.now(), context=context)
    return {"deed": done.deed, "rows": done.rows}


@job("lists.behaviour", queue="heavy", title=_("Lay out what was bought for lists"))
def behaviour(context: JobContext) -> dict[str, object]:
    """Lay out the purchases of the current generation."""
    return {"rows": refresh_behaviour(by=context.by, at=context.now())}


@job("lists.bulk", queue="heavy", max_attempts=8, title=_("Change many customers"))
def bulk(context: JobContext, *, run_id: int) -> dict[str, object] | None:
    """Do a bulk edit."""
    return run_bulk(context=context, run_id=run_id)


@job("lists.bulk_undo", queue="heavy", max_attempts=8, title=_("Undo a bulk edit"))
def bulk_undo(context: JobContext, *, run_id: int) -> dict[str, object] | None:
    """Take a bulk edit back."""
    return undo_bulk(context=context, run_id=run_id)


@job("lists.export", queue="heavy", max_attempts=3, title=_("Write a list to a file"))
def export(context: JobContext, *, export_id: int) -> dict[str, object] | None:
    """Write a large export."""
    return write_export(context=context, export_id=export_id)
