"""Take away what a newer valuation replaced: customer values, and the month-ends of valuations that never finished."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from fleuve.value.actions.pen import MOST_BLOCKS, Pen
from fleuve.value.models import MonthEnd, SlippingCustomer, Valuation, ValueBlock

__all__ = ["tidy"]


def tidy(current: Valuation, pen: Pen) -> None:
    """Keep the customer values of ``current`` and every month-end that was published."""
    step = gettext_noop("Taking away what was replaced")

    def old_calls(size: int) -> int:
        ids = SlippingCustomer.objects.exclude(valuation=current).values_list("pk", flat=True)[:size]
        return SlippingCustomer.objects.filter(pk__in=list(ids)).delete()[0]

    def old_values(size: int) -> int:
        ids = ValueBlock.objects.exclude(valuation=current).values_list("pk", flat=True)[: min(size, MOST_BLOCKS)]
        return ValueBlock.objects.filter(pk__in=list(ids)).delete()[0]

    def unpublished(size: int) -> int:
        never = Valuation.objects.filter(state=Valuation.State.SUPERSEDED)
        ids = MonthEnd.objects.filter(valuation__in=never).values_list("pk", flat=True)[: min(size, MOST_BLOCKS)]
        return MonthEnd.objects.filter(pk__in=list(ids)).delete()[0]

    pen.until_none(old_calls, step)
    pen.until_none(old_values, step)
    pen.until_none(unpublished, step)
