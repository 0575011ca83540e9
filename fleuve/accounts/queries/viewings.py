"""Who saw whom, as whoever audits reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fleuve.accounts.models import User, Viewing
from fleuve.accounts.queries.people import names_of
from fleuve.kernel.principal import Principal, may
from fleuve.search import Hit
from fleuve.search.kinds import kind_named
from fleuve.search.queries import find

__all__ = ["SeenFilter", "SeenPage", "SeenRow", "customers_called", "latest_viewings", "people_who_look", "seen_page"]

_A_PAGE: Final = 50
_CUSTOMER: Final = "customer"


@dataclass(frozen=True)
class SeenFilter:
    """What part to show: of one person, of one customer."""

    user_id: int | None = None
    party_id: int | None = None


@dataclass(frozen=True)
class SeenRow:
    """One person, one customer, one day; without ``customer`` when it is gone or in the trash."""

    viewing: Viewing
    person: str
    customer: Hit | None


@dataclass(frozen=True)
class SeenPage:
    """One page, newest first; ``next_before`` is where the following one begins."""

    rows: tuple[SeenRow, ...]
    next_before: int | None
    customer: Hit | None = None


def seen_page(principal: Principal, wanted: SeenFilter, before: int | None = None) -> SeenPage:
    """Who opened whom; four queries whatever there is. Customers out of the reader's reach are left out."""
    rows = Viewing.objects.visible_to(principal).order_by("-pk")
    if wanted.user_id is not None:
        rows = rows.filter(user_id=wanted.user_id)
    if wanted.party_id is not None:
        rows = rows.filter(party_id=wanted.party_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: _A_PAGE + 1])
    shown = found[:_A_PAGE]
    asked = {one.party_id for one in shown} | ({wanted.party_id} if wanted.party_id is not None else set())
    customers = _customers(sorted(asked), principal)
    return SeenPage(
        rows=tuple(row for row in _rows(shown, customers) if row.customer or principal.read_reach == "all"),
        next_before=shown[-1].pk if len(found) > _A_PAGE else None,
        customer=customers.get(wanted.party_id) if wanted.party_id is not None else None,
    )


def latest_viewings(party_id: int, principal: Principal, limit: int = 5) -> tuple[SeenRow, ...]:
    """Who opened one customer last; the customer itself is on the page already."""
    rows = Viewing.objects.visible_to(principal).filter(party_id=party_id).order_by("-pk")[:limit]
    return tuple(_rows(list(rows), {}))


def people_who_look(principal: Principal) -> tuple[tuple[str, str], ...]:
    """(number, name) of everybody who has or had access, by name."""
    if not may(principal, "audit"):
        return ()
    people = User.objects.order_by("name", "pk").values_list("pk", "name")
    return tuple((str(pk), name) for pk, name in people)


def customers_called(words: str, principal: Principal) -> tuple[tuple[int, Hit], ...]:
    """Customers whose name or number holds these words, within reach."""
    groups = find(words, principal, keys=[_CUSTOMER], per_group=10).groups
    return tuple((one.subject_id, one.hit) for group in groups for one in group.hits)


def _rows(viewings: Sequence[Viewing], customers: Mapping[int, Hit]) -> list[SeenRow]:
    names = names_of(one.user_id for one in viewings)
    return [SeenRow(one, names.get(one.user_id, str(one.user_id)), customers.get(one.party_id)) for one in viewings]


def _customers(ids: Sequence[int], principal: Principal) -> Mapping[int, Hit]:
    """Names through the door of customers, which search knows: they belong to a module above."""
    kind = kind_named(_CUSTOMER)
    return kind.load(ids, principal) if kind and ids else {}
