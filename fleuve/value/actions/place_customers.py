"""Put every customer in a cell of value and loyalty, and write on the list row what is to be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
from django.db import transaction
from django.utils.translation import gettext_noop

from fleuve.jobs import JobContext
from fleuve.jobs.chunks import Chunker
from fleuve.kernel.principal import Principal, require
from fleuve.parties.marking import mark_cards
from fleuve.parties.models import PartyCard
from fleuve.value.estimation.matrix import borders_of
from fleuve.value.models import Policy, Valuation
from fleuve.value.queries.current import current_valuation
from fleuve.value.queries.matrix import policies_in_force
from fleuve.value.queries.values import values_of_all
from fleuve.value.rules.matrix import CELLS, DEFAULT_POLICIES, Borders, cells_of
from fleuve.value.rules.values import ValueRows

__all__ = ["place_customers"]

_STEP: Final = gettext_noop("Writing what is to be done")


def place_customers(*, by: Principal, at: datetime, context: JobContext | None = None) -> int:
    """Place everybody whom the current valuation values; answers for how many customers the policy changed.

    The first time, the borders are read off the data; from then on they stay until somebody has them read again.
    """
    require(by, "configure")
    valuation = current_valuation(by)
    if valuation is None:
        return 0
    rows = values_of_all(valuation, by)
    known = np.asarray(pc.and_(pc.is_valid(rows.table["value"]), pc.is_valid(rows.table["probability_active"])))
    placed = ValueRows(rows.table.filter(known))
    changed = 0
    if len(placed):
        place = _placed(placed, by, at)
        _keep_totals(valuation, placed, place, len(rows) - len(placed))
        wanted = np.array([policies_in_force()[0][cell] for cell in CELLS])[place]
        changed = _write(placed.party, wanted, at, context)
    return changed


def _placed(rows: ValueRows, by: Principal, at: datetime) -> npt.NDArray[np.int64]:
    value = np.asarray(rows.table["value"].to_numpy(), dtype=np.int64)
    loyalty = np.asarray(rows.table["probability_active"].to_numpy(), dtype=np.float64)
    borders = policies_in_force()[1] or _first_borders(borders_of(value, loyalty), by, at)
    return cells_of(value, loyalty, borders)


def _first_borders(borders: Borders, by: Principal, at: datetime) -> Borders:
    Policy.objects.bulk_create(
        Policy(
            cell=cell,
            policy=DEFAULT_POLICIES[cell],
            value_from=borders.value,
            loyalty_from=borders.loyalty,
            at=at,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        for cell in CELLS
    )
    return borders


def _keep_totals(valuation: Valuation, rows: ValueRows, place: npt.NDArray[np.int64], unplaced: int) -> None:
    """Customers, value and revenue of each cell, beside the other figures of the valuation."""
    cells: dict[str, list[int]] = {}
    for number, cell in enumerate(CELLS):
        here = place == number
        sums = [int(rows.table[name].to_numpy()[here].sum()) for name in ("value", "revenue_12")]
        cells[cell] = [int(here.sum()), *sums]
    with transaction.atomic():
        statement: dict[str, Any] = Valuation.objects.values_list("statement", flat=True).get(pk=valuation.pk)
        statement["matrix"] = {"cells": cells, "unplaced": unplaced}
        Valuation.objects.filter(pk=valuation.pk).update(statement=statement)


def _write(party: npt.NDArray[np.int64], wanted: npt.NDArray[np.str_], at: datetime, context: JobContext | None) -> int:
    """Rewrite the list rows that say something else, and empty those of whoever is placed no more."""
    target = dict(zip(party.tolist(), wanted.tolist(), strict=True))
    bears = PartyCard.objects.values_list("party_id", "policy").iterator(chunk_size=10_000)
    moved: dict[str, list[int]] = {}
    for number, policy in bears:
        if policy != target.get(number, ""):
            moved.setdefault(target.get(number, ""), []).append(number)
    chunker = Chunker(first=500, largest=5_000)
    for policy, numbers in sorted(moved.items()):
        for start, size in chunker.chunks(len(numbers)):
            if context:
                context.progress(step=_STEP, done=start, total=len(numbers))
            with chunker.measured(context.transaction if context else transaction.atomic):
                _set(policy, numbers[start : start + size], at)
    return sum(map(len, moved.values()))


def _set(policy: str, numbers: Sequence[int], at: datetime) -> None:
    PartyCard.objects.filter(party_id__in=numbers).update(policy=policy)
    mark_cards(numbers, at)
