"""Background work of value: one job that values everybody, and one that says what is to be done with whom."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.jobs import JobContext, job
from fleuve.value.actions.place_customers import place_customers
from fleuve.value.actions.revalue import revalue

__all__ = ["run_place", "run_revalue"]


@job("value.revalue", queue="heavy", max_attempts=5, title=_("Value all customers"))
def run_revalue(context: JobContext) -> dict[str, object]:
    """Rebuild history where it changed and value everybody; repeated without harm."""
    valuation = revalue(by=context.by, at=context.now(), context=context)
    return {"valuation": str(valuation.pk), "state": valuation.state, "customers": valuation.customers}


@job("value.place", queue="heavy", max_attempts=5, title=_("Place customers by value and loyalty"))
def run_place(context: JobContext) -> dict[str, object]:
    """Place everybody whom the current valuation values; repeated without harm."""
    return {"changed": place_customers(by=context.by, at=context.now(), context=context)}
