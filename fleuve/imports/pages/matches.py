"""The customers of a file in whom several of the base were recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.imports.models import Import, Match
from fleuve.imports.wording import MATCH_LABELS
from fleuve.kernel.principal import Principal
from fleuve.parties.masking import as_seen
from fleuve.parties.models import PartyCard
from fleuve.ui.formatting import moment
from fleuve.ui.tables import Page, Sort, keyset

__all__ = ["MatchLine", "MatchPage", "match_page"]

_PAGE = 50


@dataclass(frozen=True)
class Choice:
    """Somebody of the base whom the customer may be."""

    id: str
    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class MatchLine:
    """A customer of the file, by what several were recognised in them, and whom one may choose."""

    id: int
    row: int
    name: str
    number: str
    key: str
    choices: tuple[Choice, ...]
    stands_alone: bool
    decided: str

    @property
    def is_open(self) -> bool:
        """Whether nobody decided yet."""
        return not self.decided


@dataclass(frozen=True)
class MatchPage:
    """A page of them, and how many wait in all."""

    lines: tuple[MatchLine, ...]
    page: Page
    waiting: int


def match_page(row: Import, principal: Principal, cursor: str) -> MatchPage:
    """Those that wait first come, first shown; decided ones stay, to be decided otherwise."""
    seen = Match.objects.visible_to(principal).filter(of_import=row)
    found = keyset(seen.select_related("record"), field="id", sort=Sort("id"), cursor=cursor, size=_PAGE)
    ids = {int(party) for match in found.rows for party in match.parties}
    seen_cards = PartyCard.objects.visible_to(principal).filter(pk__in=ids)
    cards = {card.party_id: as_seen(card, principal) for card in seen_cards}
    lines = tuple(_line(match, cards) for match in found.rows)
    return MatchPage(lines, found.page, seen.filter(decided_at__isnull=True).count())


def _line(match: Match, cards: Mapping[int, PartyCard]) -> MatchLine:
    record = match.record
    choices = tuple(
        Choice(party, _label(cards[int(party)]), reverse("workspace:customer", args=[int(party)]),
               match.decided_for == int(party))
        for party in match.parties
        if int(party) in cards
    )  # fmt: skip
    decided = ""
    if match.decided_at is not None:
        told = {"who": match.decided_by_label, "when": moment(match.decided_at, organisation().zone)}
        decided = _("Decided by %(who)s, %(when)s") % told
    return MatchLine(
        id=match.pk,
        row=match.row,
        name=record.name or f"{record.first_name} {record.last_name}".strip() or record.external_id,
        number=record.external_id,
        key=str(MATCH_LABELS.get(match.key, match.key)),
        choices=choices,
        stands_alone=match.decided_for in (None, match.own_party_id),
        decided=decided,
    )


def _label(card: PartyCard) -> str:
    parts = (card.name or card.customer_number, card.customer_number if card.name else "", card.city)
    return " · ".join(part for part in parts if part)
