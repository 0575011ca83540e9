"""The figures of a valuation, customer by customer, read from its blocks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from fleuve.kernel.principal import Principal
from fleuve.value.models import Valuation, ValueBlock
from fleuve.value.rules.values import CustomerValue, ValueRows

__all__ = ["latest_value_of", "value_of", "values_of", "values_of_all"]


def value_of(valuation: Valuation, party_id: int, principal: Principal) -> CustomerValue | None:
    """What a valuation says of one customer; nothing of somebody who never bought."""
    return values_of(valuation, [party_id], principal).get(party_id)


def latest_value_of(party_id: int, principal: Principal) -> tuple[Valuation, CustomerValue] | None:
    """What the latest valuation that ended says of one customer, and that valuation; in one query."""
    ended: QuerySet[Valuation] = Valuation.objects.visible_to(principal).filter(finished_at__isnull=False)
    latest = ended.order_by("-finished_at").values("pk")[:1]
    blocks: QuerySet[ValueBlock] = ValueBlock.objects.visible_to(principal).filter(
        valuation=latest, first_party__lte=party_id, last_party__gte=party_id
    )
    block = blocks.select_related("valuation").first()
    value = ValueRows.unpack([block.rows]).of(party_id) if block else None
    return (block.valuation, value) if block and value else None


def values_of(valuation: Valuation, party_ids: Sequence[int], principal: Principal) -> dict[int, CustomerValue]:
    """What a valuation says of a few customers, in one query."""
    holding = [Q(first_party__lte=party_id, last_party__gte=party_id) for party_id in party_ids]
    if not holding:
        return {}
    blocks = ValueBlock.objects.visible_to(principal).filter(reduce(or_, holding), valuation=valuation)
    found = (ValueRows.unpack([content]) for content in blocks.values_list("rows", flat=True))
    values = (rows.of(party_id) for rows in found for party_id in party_ids)
    return {value.party_id: value for value in values if value}


def values_of_all(valuation: Valuation, principal: Principal) -> ValueRows:
    """What a valuation says of everybody."""
    blocks = ValueBlock.objects.visible_to(principal).filter(valuation=valuation).order_by("first_party")
    return ValueRows.unpack(blocks.values_list("rows", flat=True).iterator(chunk_size=64))
