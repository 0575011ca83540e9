"""Decide what is done with the customers of a cell of value and loyalty."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow.compute as pc
from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.jobs import enqueue
from fleuve.kernel.principal import Principal, require
from fleuve.value.errors import ValueRefused
from fleuve.value.estimation.matrix import borders_of
from fleuve.value.models import Policy
from fleuve.value.queries.current import current_valuation
from fleuve.value.queries.matrix import policies_in_force
from fleuve.value.queries.values import values_of_all
from fleuve.value.rules.matrix import CELLS, POLICIES, Borders, Cell

__all__ = ["move_borders", "set_policy"]


def set_policy(*, cell: str, policy: str, by: Principal, at: datetime) -> bool:
    """Have ``policy`` done with everybody in ``cell``; answers whether that is another one than before.

    Raises ``ValueRefused`` for a cell or policy that does not exist, and before anybody was placed.
    """
    require(by, "configure")
    chosen, borders = policies_in_force()
    if cell not in CELLS or policy not in POLICIES or borders is None:
        raise ValueRefused(_("Choose one of the policies shown for one of the four cells."), cell=cell, policy=policy)
    if chosen[cell] == policy:
        return False
    with transaction.atomic():
        _keep({cell: policy}, borders, by, at)
    return True


def move_borders(*, by: Principal, at: datetime) -> Borders:
    """Read off the current valuation again where high value and high loyalty begin."""
    require(by, "configure")
    valuation = current_valuation(by)
    chosen, before = policies_in_force()
    if valuation is None or before is None:
        raise ValueRefused(_("Nobody has been placed yet. Value the customers first."))
    table = values_of_all(valuation, by).table
    known = pc.and_(pc.is_valid(table["value"]), pc.is_valid(table["probability_active"]))
    told = table.filter(known)
    value = np.asarray(told["value"].to_numpy(), dtype=np.int64)
    borders = borders_of(value, np.asarray(told["probability_active"].to_numpy(), dtype=np.float64))
    with transaction.atomic():
        _keep(chosen, borders, by, at)
    return borders


def _keep(policies: dict[Cell, str], borders: Borders, by: Principal, at: datetime) -> None:
    for cell, policy in policies.items():
        row = Policy.objects.create(
            cell=cell,
            policy=policy,
            value_from=borders.value,
            loyalty_from=borders.loyalty,
            at=at,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        record("value.policy_set", by=by, at=at, subject=("policy", row.pk), data={"cell": cell, "policy": policy})
    enqueue("value.place", by=by, unique_key="value.place", again_if_running=True)
