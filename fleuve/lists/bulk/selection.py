"""Whom a bulk edit means: ticked rows, or all that a filter finds; before it starts as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from fleuve.attributes import Attribute, Node, Registry, parse, registry
from fleuve.kernel.principal import Principal
from fleuve.lists.mirror.arrow import arrow_batch
from fleuve.lists.mirror.reading import opened
from fleuve.lists.models import BulkRun
from fleuve.lists.rules import unpack
from fleuve.parties.models import PartyCard
from fleuve.parties.own_fields import with_own_values
from fleuve.ui.tables import Sort

__all__ = ["MOST_TICKED", "chosen_ids", "selected"]

MOST_TICKED: Final = 500


def chosen_ids(run: BulkRun, principal: Principal, now: datetime) -> list[int]:
    """Everyone the run means, by id, at this moment and within the principal's sight."""
    if run.chosen is not None:
        ticked = unpack(run.chosen)
        return sorted(PartyCard.objects.visible_to(principal).filter(pk__in=ticked).values_list("pk", flat=True))
    with opened(principal, now) as view:
        return view.ids(_node(run, principal), run.words)


def selected(run: BulkRun, principal: Principal, now: datetime, keys: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """``party_id`` and these attributes of everyone the run means, some at a time, by name."""
    seen = registry.visible_to(principal)
    # Whose a customer is decides what may be changed, even where the owner's name is closed to the reader.
    everything = Registry(one.settled() for one in registry)
    if run.chosen is not None:
        yield from _ticked(unpack(run.chosen), principal, [everything.get(key) for key in keys])
        return
    node = parse(run.filter or {}, seen)
    with opened(principal, now, everything) as view:
        yield from view.batches(node, run.words, Sort("name"), list(keys))


def _node(run: BulkRun, principal: Principal) -> Node:
    return parse(run.filter or {}, registry.visible_to(principal))


def _ticked(ids: Sequence[int], principal: Principal, attributes: Sequence[Attribute]) -> Iterator[pa.RecordBatch]:
    cards: Any = PartyCard.objects.visible_to(principal).filter(pk__in=ids)
    cards = with_own_values(cards, dict.fromkeys(attributes)).order_by("name_folded", "pk")
    rows = list(cards.values_list("pk", *(one.sql_path for one in attributes)))
    yield arrow_batch(rows, attributes)
