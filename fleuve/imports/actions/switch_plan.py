"""Pause a plan, switch it on, run it now, put it into the trash and take it out."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from fleuve.events import record
from fleuve.imports.errors import PlanFailed, WrongState
from fleuve.imports.models import Import, Plan
from fleuve.imports.places import inbox_of
from fleuve.imports.plan_wish import refuse_what_exists
from fleuve.imports.plan_wording import plan_sentence
from fleuve.jobs import enqueue
from fleuve.kernel.principal import Principal, require

__all__ = ["pause_after_restore", "pause_plan", "remove_plan", "restore_plan", "resume_plan", "run_plan_now"]

_UNDECIDED = (Import.State.RECEIVED, Import.State.LOOKED_AT, Import.State.CHECKED)


def pause_plan(*, plan: Plan, why: str = Plan.Why.PERSON, by: Principal, at: datetime) -> bool:
    """Look for no file until it is switched on again. Answers whether it was not paused yet."""
    require(by, "import")
    with transaction.atomic():
        running = Plan.objects.standing().filter(pk=plan.pk).exclude(state=Plan.State.PAUSED)
        if not running.update(state=Plan.State.PAUSED, paused_why=why, goes_on=False):
            return False
        record("imports.plan_paused", by=by, at=at, subject=("plan", plan.pk), data={"why": str(why)})
    plan.refresh_from_db()
    return True


def resume_plan(*, plan: Plan, by: Principal, at: datetime) -> None:
    """Look for files again, from the next moment on; what was missed is not made up for.

    One whose file still waits for a decision waits on. Raises ``WrongState`` when it waits already.
    """
    require(by, "import")
    is_undecided = Import.objects.filter(plan=plan, state__in=_UNDECIDED).exists()
    if plan.state == Plan.State.WAITING and is_undecided:
        raise WrongState(plan_sentence("plan_waits", {}), code="plan_waits")
    state = Plan.State.WAITING if is_undecided else Plan.State.ON
    with transaction.atomic():
        resting = Plan.objects.standing().filter(pk=plan.pk).exclude(state=Plan.State.ON)
        if resting.update(state=state, paused_why="", failures=0, last_moment=at):
            record("imports.plan_resumed", by=by, at=at, subject=("plan", plan.pk))
    plan.refresh_from_db()


def run_plan_now(*, plan: Plan, by: Principal, at: datetime) -> int:
    """The job that looks for a file, with the rights of who asks; one only. Raises ``WrongState`` while it waits."""
    require(by, "import")
    if plan.state == Plan.State.WAITING:
        raise WrongState(plan_sentence("plan_waits", {}), code="plan_waits")
    with transaction.atomic():
        key = f"imports.run_plan:{plan.pk}"
        job_id = enqueue("imports.run_plan", by=by, unique_key=key, plan_id=plan.pk, by_hand=True)
        Plan.objects.filter(pk=plan.pk).update(job_id=job_id)
    plan.refresh_from_db()
    return job_id


def remove_plan(*, plan: Plan, by: Principal, at: datetime) -> None:
    """Into the trash: it looks for nothing more, and its secret is forgotten. What it imported stays."""
    require(by, "import")
    gone = {"removed_at": at, "removed_by_label": by.label[:120], "header_value": None, "goes_on": False}
    with transaction.atomic():
        if Plan.objects.standing().filter(pk=plan.pk).update(**gone, version=F("version") + 1):
            record("imports.plan_removed", by=by, at=at, subject=("plan", plan.pk), data={"removed": True})
    plan.refresh_from_db()


def restore_plan(*, plan: Plan, by: Principal, at: datetime) -> None:
    """Out of the trash, paused. Raises ``PlanExists`` when its name or folder was given away meanwhile."""
    require(by, "import")
    refuse_what_exists(plan)
    back = {"removed_at": None, "removed_by_label": "", "state": Plan.State.PAUSED, "paused_why": Plan.Why.TAKEN_OUT}
    try:
        with transaction.atomic():
            removed = Plan.objects.filter(pk=plan.pk, removed_at__isnull=False)
            if removed.update(**back, version=F("version") + 1):
                record("imports.plan_removed", by=by, at=at, subject=("plan", plan.pk), data={"removed": False})
    except IntegrityError:
        refuse_what_exists(plan)
        raise
    plan.refresh_from_db()


def pause_after_restore(*, by: Principal, at: datetime) -> int:
    """Every plan paused: the install that the backup was made of may still be looking. Answers how many were not."""
    standing = list(Plan.objects.standing())
    for plan in standing:
        if plan.place == Plan.Place.FOLDER:  # the inbox does not travel in a backup
            with suppress(PlanFailed), inbox_of(plan, makes=True):
                pass
    return sum(pause_plan(plan=plan, why=Plan.Why.RESTORED, by=by, at=at) for plan in standing)
