"""What the last run of a plan means for the next: it goes on, waits for a person, or is paused."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from fleuve.accounts.actions import notify
from fleuve.accounts.models import User
from fleuve.events import record
from fleuve.imports.models import Import, Plan
from fleuve.imports.repeating import FAILURES_BEFORE_PAUSE, Outcome
from fleuve.kernel.principal import Principal, require

__all__ = ["file_imported", "go_on_after_person", "settle_failure", "settle_plan"]

_ASKED = (Plan.State.ON, Plan.State.PAUSED)
_UNEVENTFUL = ("nothing_there", "being_written", "same_file", "busy")


def settle_plan(*, plan: Plan, outcome: Outcome, by: Principal, at: datetime) -> None:
    """Write down what came of a run, in the caller's transaction. The fifth failure in a row pauses the plan."""
    require(by, "operate")
    changes = {"said": {"code": outcome.code, "values": dict(outcome.values)}, "ran_at": at}
    rows = Plan.objects.standing().filter(pk=plan.pk)
    if outcome.kind == "failed":
        rows.update(**changes, goes_on=False)
        settle_failure(plan_id=plan.pk, code=outcome.code, by=by, at=at)
    elif outcome.kind == "waits":
        rows.update(**changes, state=Plan.State.WAITING, paused_why="", goes_on=False)
        _tell(plan, "plan_waits", by, at)
    else:
        # Whether the file that was just queued arrives is known when its import has ended.
        healed = {} if outcome.code in ("taken", "busy") else {"failures": 0}
        rows.update(**changes, **healed, goes_on=outcome.has_more)
    if outcome.code not in _UNEVENTFUL:
        data = {"outcome": outcome.kind, "code": outcome.code}
        record("imports.plan_ran", by=by, at=at, subject=("plan", plan.pk), data=data)


def settle_failure(*, plan_id: int, code: str, by: Principal, at: datetime) -> None:
    """Count a failure; the first of a row is told to whoever saved the plan, the fifth pauses it."""
    require(by, "operate")
    with transaction.atomic():
        Plan.objects.standing().filter(pk=plan_id).update(failures=F("failures") + 1)
        plan = Plan.objects.get(pk=plan_id)
        if plan.failures == 1:
            _tell(plan, "plan_failed", by, at)
        if plan.failures < FAILURES_BEFORE_PAUSE or plan.state != Plan.State.ON:
            return
        paused = {"state": Plan.State.PAUSED, "paused_why": Plan.Why.FAILING, "goes_on": False}
        if Plan.objects.filter(pk=plan_id, state=Plan.State.ON).update(**paused):
            data = {"why": str(Plan.Why.FAILING), "code": code}
            record("imports.plan_paused", by=by, at=at, subject=("plan", plan_id), data=data)
            _tell(plan, "plan_paused", by, at)


def file_imported(row: Import) -> None:
    """The file that a plan brought has arrived: what failed before is over. In the caller's transaction."""
    if row.plan_id:
        Plan.objects.filter(pk=row.plan_id).update(failures=0)


def go_on_after_person(row: Import) -> None:
    """Somebody decided about the file that the plan waited with. In the caller's transaction."""
    if row.plan_id:
        said = {"code": "went_on", "values": {}}
        waiting = Plan.objects.filter(pk=row.plan_id, state=Plan.State.WAITING)
        waiting.update(state=Plan.State.ON, failures=0, said=said, goes_on=True)


def _tell(plan: Plan, kind: str, by: Principal, at: datetime) -> None:
    """Whoever saved the plan; the owners, where it was saved from the command line."""
    told = [plan.runs_as] if plan.runs_as else []
    if not User.objects.filter(pk__in=told, is_active=True).exists():
        told = list(User.objects.filter(role=User.Role.OWNER, is_active=True).values_list("pk", flat=True))
    notify(told, kind, ("plan", plan.pk), by=by, at=at)
