"""Jobs of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.accounts.actions.count_viewings import count_viewings, forget_viewings
from fleuve.accounts.actions.prune import prune
from fleuve.accounts.seeing import finished_segments
from fleuve.jobs import JobContext, enqueue, job, register_chore, schedule
from fleuve.kernel.principal import SYSTEM

__all__ = ["enqueue_counting", "prune_accounts", "run_counting", "run_forgetting"]

_A_TRANSACTION: Final = 500


@job("accounts.prune", title=_("Forget old sessions and links"), atomic=True)
def prune_accounts(context: JobContext) -> dict[str, object]:
    """Once a night."""
    return prune(by=context.by, at=context.now())


@job("accounts.count_viewings", title=_("Count who saw whom"))
def run_counting(context: JobContext) -> dict[str, object]:
    """Count the files of minutes that are over, each before it goes; a killed run begins again where it was."""
    files = 0
    for segment in finished_segments(context.now()):
        seen = sorted(segment.seen())
        for start in range(0, len(seen), _A_TRANSACTION):
            part = seen[start : start + _A_TRANSACTION]
            count_viewings(seen=part, moment=segment.moment, by=context.by, at=context.now())
        segment.path.unlink(missing_ok=True)
        files += 1
        context.progress(step="files", done=files)
    return {"files": files}


@job("accounts.forget_viewings", title=_("Forget who saw whom a year ago"))
def run_forgetting(context: JobContext) -> dict[str, object]:
    """Delete in steps, so that nobody waits."""
    gone = 0
    while count := forget_viewings(by=context.by, at=context.now()):
        gone += count
        context.progress(step="rows", done=gone)
    return {"gone": gone}


def enqueue_counting(now: datetime) -> None:
    """Ask for the job when a file waits: a quiet minute leaves no job behind."""
    if next(finished_segments(now), None) is not None:
        enqueue("accounts.count_viewings", by=SYSTEM, unique_key="accounts.count_viewings")


register_chore(enqueue_counting, every_seconds=60)
schedule("accounts.forget_viewings", cron="25 3 * * *")
schedule("accounts.prune", cron="15 3 * * *", queue="quick")
