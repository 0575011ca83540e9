"""Turn the moments of plans into jobs: once each, and once for all that were missed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.imports.models import Import, Plan
from fleuve.jobs import enqueue
from fleuve.jobs.place import place
from fleuve.jobs.rules import due_moment
from fleuve.kernel.principal import Principal

__all__ = ["wake_plans"]


def wake_plans(at: datetime) -> None:
    """Ask for a run of every plan whose moment has come, or whose folder held more than one file.

    Several workers may look at once: one of them asks. A run has today's rights of whoever saved the plan.
    """
    zone = place().zone
    for plan in Plan.objects.standing().filter(state=Plan.State.ON):
        moment = due_moment(plan.cron, last=plan.last_moment, now=at, zone=zone)
        if moment is not None:
            _ask(plan, goes_on=False, last_moment=moment)
        elif plan.goes_on and not _is_importing(plan):
            _ask(plan, goes_on=False)


def _is_importing(plan: Plan) -> bool:
    return Import.objects.filter(plan=plan, state__in=[Import.State.QUEUED, Import.State.RUNNING]).exists()


def _ask(plan: Plan, **columns: object) -> None:
    as_seen = {"last_moment": plan.last_moment, "goes_on": plan.goes_on, "state": Plan.State.ON}
    with transaction.atomic():
        if Plan.objects.standing().filter(pk=plan.pk, **as_seen).update(**columns):
            key = f"imports.run_plan:{plan.pk}"
            by = _on_whose_behalf(plan)
            job_id = enqueue("imports.run_plan", by=by, unique_key=key, plan_id=plan.pk, by_hand=False)
            Plan.objects.filter(pk=plan.pk).update(job_id=job_id)


def _on_whose_behalf(plan: Plan) -> Principal:
    if plan.runs_as is not None:
        return Principal("user", str(plan.runs_as), plan.by_label)
    return Principal(plan.by_kind, plan.by_id, plan.by_label, "owner")  # the shell, or Fleuve itself
