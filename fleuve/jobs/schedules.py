"""Turn the moments of the schedules into jobs: once each, and once for all that were missed."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from fleuve.jobs.actions.enqueue import enqueue
from fleuve.jobs.models import ScheduleState
from fleuve.jobs.place import place
from fleuve.jobs.registry import Repeat, repeats
from fleuve.jobs.rules import due_moment
from fleuve.kernel.principal import SYSTEM

__all__ = ["enqueue_due_schedules"]


def enqueue_due_schedules(now: datetime) -> None:
    """Enqueue every schedule whose moment has come. Several workers may ask at once: one of them enqueues.

    A schedule that is seen for the first time starts counting now.
    """
    states = dict(ScheduleState.objects.values_list("name", "last_moment"))
    zone = place().zone
    for repeat in repeats():
        last = states.get(repeat.name)
        if last is None:
            _begin(repeat, now)
            continue
        moment = due_moment(repeat.cron, last=last, now=now, zone=zone)
        if moment is not None:
            _enqueue_once(repeat, last, moment)


def _begin(repeat: Repeat, now: datetime) -> None:
    try:
        with transaction.atomic():
            ScheduleState(name=repeat.name, last_moment=now).save(force_insert=True)
    except IntegrityError:
        pass  # another worker saw it first


def _enqueue_once(repeat: Repeat, last: datetime, moment: datetime) -> None:
    with transaction.atomic():
        mine = ScheduleState.objects.filter(name=repeat.name, last_moment=last).update(last_moment=moment)
        if mine:
            enqueue(repeat.name, by=SYSTEM, unique_key=f"schedule:{repeat.name}", queue=repeat.queue)
