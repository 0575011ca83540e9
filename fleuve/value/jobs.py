"""Background work of value: one job that values everybody."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.jobs import JobContext, job
from fleuve.value.actions.revalue import revalue

__all__ = ["run_revalue"]


@job("value.revalue", queue="heavy", max_attempts=5, title=_("Value all customers"))
def run_revalue(context: JobContext) -> dict[str, object]:
    """Rebuild history where it changed and value everybody; repeated without harm."""
    valuation = revalue(by=context.by, at=context.now(), context=context)
    return {"valuation": str(valuation.pk), "state": valuation.state, "customers": valuation.customers}
