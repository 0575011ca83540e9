"""Say how long the house's customers usually stay away, or let the data say it again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.jobs import enqueue
from fleuve.kernel.principal import Principal, require
from fleuve.value.errors import ValueRefused
from fleuve.value.models import HouseRule
from fleuve.value.queries.house import house_rule_days

__all__ = ["set_house_rule"]

_LONGEST_DAYS: Final = 730


def set_house_rule(*, days: float | None, by: Principal, at: datetime) -> bool:
    """Set the usual gap in days (1 to 730), or nothing to read it off the data; asks for a new valuation.

    It stands in for the measured gap of the house; customers with many gaps of their own are hardly moved. Returns
    whether anything changed. Raises ``ValueRefused`` for a number out of range.
    """
    require(by, "configure")
    if days is not None and not 1 <= days <= _LONGEST_DAYS:
        raise ValueRefused(_("Give the usual gap in days, from 1 to 730."), days=days)
    with transaction.atomic():
        if house_rule_days() == days:
            return False
        rule = HouseRule.objects.create(days=days, at=at, by_kind=by.kind, by_id=by.id, by_label=by.label)
        record(
            "value.house_rule_set",
            by=by,
            at=at,
            subject=("house_rule", rule.pk),
            data={"days": round(days) if days is not None else 0},
        )
        enqueue("value.revalue", by=by, unique_key="value.revalue", again_if_running=True)
    return True
