"""Background work of notes: what has been in the trash for thirty days goes for good."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.jobs import JobContext, job, schedule
from fleuve.notes.actions.purge_trash import purge_trash

__all__ = ["run_purge"]

schedule("notes.purge", cron="40 3 * * *")


@job("notes.purge", title=_("Empty the trash of notes and files"))
def run_purge(context: JobContext) -> dict[str, object]:
    """Delete in steps; a killed run begins again where it was."""
    gone = 0
    while count := purge_trash(by=context.by, at=context.now()):
        gone += count
        context.progress(step="rows", done=gone)
    return {"gone": gone}
