"""Background work of parties: the trash, each night."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.jobs import JobContext, job, schedule
from fleuve.parties.actions.trash import purge_removed

__all__ = ["purge_trash"]

schedule("parties.purge", cron="35 3 * * *")


@job("parties.purge", title=_("Empty the trash of customers and tags"))
def purge_trash(context: JobContext) -> dict[str, object]:
    """Delete in steps, each a transaction of its own; a killed run begins again where it was."""
    gone = 0
    while counts := purge_removed(by=context.by, at=context.now()):
        done = sum(counts.values())
        if not done:
            break
        gone += done
        context.progress(step="rows", done=gone)
    return {"gone": gone}
