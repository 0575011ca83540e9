"""Moments of one history: who knows of some registers them, and the timeline part groups them by month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from fleuve.kernel.principal import Principal
from fleuve.ui.formatting import month

__all__ = ["Moment", "MomentProvider", "MonthOfMoments", "by_month", "moments_of", "register_moments"]


@dataclass(frozen=True)
class Moment:
    """Something that happened; where it is drawn, ``at`` is in the organisation's zone."""

    at: datetime
    title: str
    detail: str = ""
    url: str = ""
    icon: str = "circle"
    tone: str = ""
    who: str = ""
    amount: str = ""
    is_simulated: bool = False


@dataclass(frozen=True)
class MonthOfMoments:
    """The moments of one month under its heading."""

    label: str
    moments: tuple[Moment, ...]


MomentProvider = Callable[[int, Principal, int], Iterable[Moment]]

_providers: dict[str, MomentProvider] = {}


def register_moments(provider: MomentProvider) -> MomentProvider:
    """Add a source of a customer's history: asked for a party, a principal and how many at most; usable as a decorator.

    It answers the newest moments that this principal may see; the customer's page has been opened before it is asked.
    """
    _providers[f"{provider.__module__}.{getattr(provider, '__qualname__', id(provider))}"] = provider
    return provider


def moments_of(party_id: int, principal: Principal, limit: int) -> list[Moment]:
    """What every source knows of a customer, at most ``limit`` moments of each, in no order."""
    return [moment for provide in _providers.values() for moment in provide(party_id, principal, limit)]


def by_month(moments: Iterable[Moment]) -> list[MonthOfMoments]:
    """Neighbouring moments of the same month together, in the order given."""
    groups = groupby(moments, key=lambda moment: moment.at.year * 100 + moment.at.month)
    return [MonthOfMoments(month(yyyymm, "long"), tuple(found)) for yyyymm, found in groups]
