"""Jobs of imports, all on the queue for heavy work: an import never delays a small job."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from fleuve.imports.actions.check_import import check_import
from fleuve.imports.actions.look_at_file import look_at_file
from fleuve.imports.actions.run_import import run_import
from fleuve.imports.actions.run_plan import run_plan
from fleuve.imports.actions.undo_import import undo_import
from fleuve.imports.actions.wake_plans import wake_plans
from fleuve.imports.models import Import
from fleuve.jobs import JobContext, job, register_chore

__all__ = ["check", "inspect", "look_for_file", "run", "undo"]

register_chore(wake_plans, every_seconds=30)


@job("imports.inspect", queue="heavy", max_attempts=3, title=_("Look at a file"))
def inspect(context: JobContext, *, import_id: int, sheet: str = "") -> dict[str, object] | None:
    """Find the layout and the columns of a large file."""
    context.progress(step=gettext_noop("Looking at the file"))
    row = look_at_file(row=Import.objects.get(pk=import_id), sheet=sheet, by=context.by, at=context.now())
    return {"state": row.state}


@job("imports.check", queue="heavy", max_attempts=3, title=_("Check a file"))
def check(context: JobContext, *, import_id: int) -> dict[str, object] | None:
    """Count what the import of a large file would do."""
    row = Import.objects.get(pk=import_id)
    total = (row.check_result or {}).get("rows")

    def tell(done: int) -> None:
        context.progress(step=gettext_noop("Checking rows"), done=done, total=total)

    return {"state": check_import(row=row, by=context.by, at=context.now(), progress=tell).state}


@job("imports.run", queue="heavy", max_attempts=5, title=_("Import a file"))
def run(context: JobContext, *, import_id: int) -> dict[str, object] | None:
    """Import a file, resuming where an interrupted attempt stopped."""
    return run_import(context=context, import_id=import_id)


@job("imports.undo", queue="heavy", max_attempts=8, title=_("Undo an import"))
def undo(context: JobContext, *, import_id: int) -> dict[str, object] | None:
    """Take a whole import back."""
    return undo_import(context=context, import_id=import_id)


@job("imports.run_plan", queue="heavy", max_attempts=5, title=_("Look for the file of a scheduled import"))
def look_for_file(context: JobContext, *, plan_id: int, by_hand: bool) -> dict[str, object] | None:
    """Look for the file of a plan once."""
    return run_plan(context=context, plan_id=plan_id, by_hand=by_hand)
