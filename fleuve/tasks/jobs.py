"""Background work of tasks: reminders each minute, the trash each night."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from fleuve.jobs import JobContext, enqueue, job, register_chore, schedule
from fleuve.kernel.principal import SYSTEM
from fleuve.tasks.actions.purge_trash import purge_trash
from fleuve.tasks.actions.send_reminders import send_reminders
from fleuve.tasks.models import Task

__all__ = ["enqueue_reminders", "run_purge", "run_reminders"]

schedule("tasks.purge", cron="45 3 * * *")


@job("tasks.remind", title=_("Send reminders"))
def run_reminders(context: JobContext) -> dict[str, object]:
    """Send every reminder that is due."""
    sent = 0
    while count := send_reminders(by=context.by, at=context.now()):
        sent += count
        context.progress(step="reminders", done=sent)
    return {"sent": sent}


@job("tasks.purge", title=_("Empty the trash of tasks"))
def run_purge(context: JobContext) -> dict[str, object]:
    """Delete in steps; a killed run begins again where it was."""
    gone = 0
    while count := purge_trash(by=context.by, at=context.now()):
        gone += count
        context.progress(step="rows", done=gone)
    return {"gone": gone}


def enqueue_reminders(now: datetime) -> None:
    """Ask for the job when a reminder is due: a minute without any leaves no job behind."""
    if Task.objects.to_remind_at(now).exists():
        enqueue("tasks.remind", by=SYSTEM, unique_key="tasks.remind")


register_chore(enqueue_reminders, every_seconds=60)
