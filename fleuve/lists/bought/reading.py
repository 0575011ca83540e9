"""Who bought what over a window: one pass over the slices that the window covers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from fleuve.attributes import Always, Between, Bought, LastDays
from fleuve.attributes.errors import NotBuilt
from fleuve.lists.bought.store import Behaviour, current_behaviour

__all__ = ["Holders", "holders_of", "laid_out", "places_of"]

_EPOCH: Final = date(1970, 1, 1)
_LONG_AGO: Final = -(2**30)
_FAR_AHEAD: Final = 2**30
Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Holders:
    """For whom a leaf holds, of all who ever bought (``party``, rising), and whether it does of all others."""

    party: Numbers
    holds: Numbers
    are_others: bool

    @property
    def ids(self) -> Numbers:
        """The parties for whom it holds, or (``are_others``) for whom alone it does not."""
        return np.asarray(self.party[np.flatnonzero(self.holds != self.are_others)])

    def among(self, places: Numbers) -> Numbers:
        """Whether it holds of the parties at these places; one beyond the last stands for those who never bought."""
        return np.append(self.holds, self.are_others)[places]


_COMPARED: Final[dict[str, Callable[[Numbers, Any], Numbers]]] = {
    "at_least": lambda total, value: total >= value,
    "at_most": lambda total, value: total <= value,
    "more_than": lambda total, value: total > value,
    "less_than": lambda total, value: total < value,
    "between": lambda total, value: (total >= value[0]) & (total <= value[1]),
    "is": lambda total, value: total == value,
    "is_not": lambda total, value: total != value,
}


def holders_of(leaf: Bought, today: date, behaviour: Behaviour | None = None) -> Holders:
    """The parties for whom the leaf holds on ``today``, as of what is laid out: the newest unless it is given."""
    behaviour = behaviour or laid_out()
    totals = _totals(behaviour, leaf, today)
    if leaf.measure == "quantity":
        totals = totals / 1000
    compare = _COMPARED[leaf.operator]
    holds = compare(totals, leaf.value)
    are_others = bool(compare(np.zeros(1), leaf.value)[0])
    return Holders(behaviour.party, holds, are_others)


def laid_out() -> Behaviour:
    """What was bought, as of the newest generation that is laid out."""
    behaviour = current_behaviour()
    if behaviour is None:
        raise NotBuilt(_("What was bought is not laid out yet. That is done after an import; look again in a minute."))
    return behaviour


def places_of(party: Numbers, ids: Numbers) -> Numbers:
    """Where these parties (rising) stand among ``party`` (rising); one beyond the last where they do not."""
    places = np.searchsorted(party, ids)
    there = np.append(party, -1)[places] == ids
    return np.where(there, places, party.size).astype(np.int32)


def _totals(behaviour: Behaviour, leaf: Bought, today: date) -> Numbers:
    name = {"times": "orders", "days": "days", "money": "revenue", "quantity": "pieces"}[leaf.measure]
    first, last = _window(leaf, today)
    if leaf.products or leaf.categories:
        return _of_products(behaviour, leaf, name, first, last)
    if not leaf.sources and isinstance(leaf.window, Always):
        return behaviour.totals[name]
    ledger = behaviour.ledgers["source" if leaf.sources else "all"]
    slices = list(ledger.slices(leaf.sources or [0], first, last))
    who = _gathered(ledger.columns["who"], slices)
    if name == "days":
        if len(leaf.sources) > 1:
            who = _each_once(who, _gathered(ledger.columns["day"], slices))
        return _summed(who, None, behaviour)
    return _summed(who, _gathered(ledger.columns[name], slices), behaviour)


def _of_products(behaviour: Behaviour, leaf: Bought, name: str, first: int, last: int) -> Numbers:
    ledger = behaviour.ledgers["product"]
    slices = list(ledger.slices(_chosen(behaviour, leaf), first, last))
    kept = slice(None)
    if leaf.sources:
        wanted = np.flatnonzero(np.isin(behaviour.sources, leaf.sources))
        kept = np.isin(_gathered(ledger.columns["source"], slices), wanted)  # type: ignore[assignment]
    who = _gathered(ledger.columns["who"], slices)[kept]
    if name in ("orders", "days"):
        # A purchase of two of the products is one purchase.
        apart = _gathered(ledger.columns["purchase" if name == "orders" else "day"], slices)[kept]
        return _summed(_each_once(who, apart), None, behaviour)
    return _summed(who, _gathered(ledger.columns[name], slices)[kept], behaviour)


def _chosen(behaviour: Behaviour, leaf: Bought) -> list[int]:
    """The products that count: those named and, if categories are named too, only those in them."""
    by_code = {product for code in leaf.products for product in behaviour.products.get(code, ())}
    by_category = {product for name in leaf.categories for product in behaviour.categories.get(name, ())}
    if leaf.products and leaf.categories:
        return sorted(by_code & by_category)
    return sorted(by_code | by_category)


def _window(leaf: Bought, today: date) -> tuple[int, int]:
    """The first and the last day that count, as days since 1970."""
    match leaf.window:
        case LastDays(days):
            return (today - timedelta(days=days) - _EPOCH).days, (today - _EPOCH).days
        case Between(from_day, to_day):
            return (from_day - _EPOCH).days, (to_day - _EPOCH).days
    return _LONG_AGO, _FAR_AHEAD


def _gathered(column: Numbers, slices: list[slice]) -> Numbers:
    if len(slices) == 1:
        return column[slices[0]]
    return np.concatenate([column[one] for one in slices]) if slices else column[:0]


def _each_once(who: Numbers, apart: Numbers) -> Numbers:
    """The buyers once for each different value beside them."""
    together = np.unique(who.astype(np.int64) << 32 | (apart.astype(np.int64) & 0xFFFFFFFF))
    return together >> 32


def _summed(who: Numbers, amounts: Numbers | None, behaviour: Behaviour) -> Numbers:
    """What each buyer adds up to; counted where nothing is to be added."""
    return np.bincount(who, amounts, minlength=behaviour.party.size)
