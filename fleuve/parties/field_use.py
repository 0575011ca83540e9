"""How much a field of the house is used: how many customers have a value."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from fleuve.parties.models import OwnField, PartyCard

__all__ = ["FieldLine", "fields_page"]


@dataclass(frozen=True)
class FieldLine:
    """A field with the number of customers that have it, and their share."""

    field: OwnField
    filled: int
    share: float

    @property
    def is_never_filled(self) -> bool:
        """A field that nobody ever filled asks whether it is worth keeping."""
        return self.filled == 0


def fields_page() -> list[FieldLine]:
    """The standing fields in their order."""
    said = Q(own_values__number__isnull=False) | Q(own_values__day__isnull=False) | ~Q(own_values__text="")
    counted = OwnField.objects.filter(removed_at=None).annotate(
        filled=Count("own_values__record", filter=said & Q(own_values__pk__isnull=False), distinct=True)
    )
    customers = PartyCard.objects.count() or 1
    return [FieldLine(one, one.filled, min(one.filled / customers, 1.0)) for one in counted.order_by("order", "id")]
