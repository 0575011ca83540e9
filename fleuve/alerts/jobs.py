"""Background work of alerts: one job that judges everybody's rhythm."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.alerts.actions.judge_customers import judge_customers
from fleuve.jobs import JobContext, job

__all__ = ["run_judge"]


@job("alerts.judge", queue="heavy", max_attempts=5, title=_("Look for alerts"))
def run_judge(context: JobContext) -> dict[str, object]:
    """Judge everybody's rhythm; repeated without harm."""
    run = judge_customers(by=context.by, at=context.now(), context=context)
    return {"run": str(run.pk), "state": run.state, "raised": run.raised, "closed": run.closed}
