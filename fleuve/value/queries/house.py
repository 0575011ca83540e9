"""The house rule in force."""

from __future__ import annotations

from fleuve.value.models import HouseRule

__all__ = ["house_rule_days"]


def house_rule_days() -> float | None:
    """The usual gap of the house as it was set last; nothing when it is read off the data."""
    return HouseRule.objects.order_by("-at", "-id").values_list("days", flat=True).first()
