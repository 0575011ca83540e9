"""Work on the derived folder that goes on after the page has answered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.history.actions import clean_generations, rebuild_history
from fleuve.jobs import JobContext, job, schedule

__all__ = ["clean", "rebuild"]

schedule("history.clean", cron="40 3 * * *")


@job("history.rebuild", queue="heavy", title=_("Work out what counts"))
def rebuild(context: JobContext) -> dict[str, object]:
    """Bring the derived tables up to date."""
    done = rebuild_history(by=context.by, at=context.now(), context=context)
    return {"generation": done.generation, "lines": done.lines, "months": len(done.exported_months)}


@job("history.clean", title=_("Remove derived files that nobody reads any more"))
def clean(context: JobContext) -> dict[str, object]:
    """Delete old generations and what a crash left behind."""
    return {"removed": clean_generations(by=context.by, at=context.now())}
