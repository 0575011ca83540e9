"""Who is tied to whom, and what those who belong together are worth together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.kernel.principal import Principal
from fleuve.parties.models import Membership, PartyCard, Tie
from fleuve.ui import formatting

__all__ = ["DEEPEST", "MOST_TOGETHER", "TieLine", "Together", "ties_of", "together"]

MOST_TOGETHER: Final = 200
DEEPEST: Final = 6


@dataclass(frozen=True)
class TieLine:
    """A tie as one of its two ends reads it."""

    id: int
    sentence: str
    label: str
    other: PartyCard
    from_on: date | None
    until_on: date | None
    is_ours: bool


@dataclass(frozen=True)
class Together:
    """Those who belong to one household or group, and the sums of what each is worth.

    The range of the sum is an outer one: all lows added, all highs added; together they vary less.
    """

    kind: str
    label: str
    cards: tuple[PartyCard, ...]
    value: int | None
    low: int | None
    high: int | None
    revenue_12_months: int
    is_cut: bool
    currency: str

    @property
    def shown_value(self) -> str:
        """The sum of the values in words of the page."""
        return formatting.money(self.value, self.currency, decimals=0)

    @property
    def shown_low(self) -> str:
        """The outer lower end."""
        return formatting.money(self.low, self.currency, decimals=0)

    @property
    def shown_high(self) -> str:
        """The outer upper end."""
        return formatting.money(self.high, self.currency, decimals=0)

    @property
    def shown_revenue(self) -> str:
        """Revenue of twelve months together."""
        return formatting.money(self.revenue_12_months, self.currency, decimals=0)


def ties_of(party_id: int, principal: Principal) -> list[TieLine]:
    """The ties of a customer, both ways, the standing ones first; ends out of reach are left out."""
    records = _records_of([party_id])
    rows = Tie.objects.visible_to(principal).filter(removed_at=None)
    rows = (rows.filter(from_record__in=records) | rows.filter(to_record__in=records)).order_by("kind", "id")
    found = list(rows)
    others = {tie.pk: tie.to_record_id if tie.from_record_id in records else tie.from_record_id for tie in found}
    parties = _parties_of(others.values())
    cards = PartyCard.objects.visible_to(principal).in_bulk(list(parties.values()))
    lines = [
        TieLine(
            id=tie.pk,
            sentence=_sentence(tie, tie.from_record_id in records),
            label=tie.label,
            other=cards[parties[others[tie.pk]]],
            from_on=tie.from_on,
            until_on=tie.until_on,
            is_ours=tie.from_record_id in records,
        )
        for tie in found
        if parties.get(others[tie.pk]) in cards
    ]
    return sorted(lines, key=lambda line: line.until_on is not None)


def together(party_id: int, kind: str, principal: Principal) -> Together | None:
    """Everybody connected with this customer by standing ties of one kind; nothing when there is nobody else.

    Walked level by level, each customer once, so a circle of ties counts nobody twice.
    """
    found, level, is_cut = {party_id}, {party_id}, False
    for _step in range(DEEPEST):
        level = _neighbours(level, kind) - found
        if not level:
            break
        if len(found) + len(level) > MOST_TOGETHER:
            level, is_cut = set(sorted(level)[: MOST_TOGETHER - len(found)]), True
        found |= level
    if len(found) == 1:
        return None
    cards = tuple(PartyCard.objects.visible_to(principal).filter(pk__in=found).order_by("-value", "name_folded"))
    return Together(
        kind=kind,
        label=str(_("Household") if kind == Tie.Kind.HOUSEHOLD else _("Group")),
        cards=cards,
        value=_sum(card.value for card in cards),
        low=_sum(card.value_low for card in cards),
        high=_sum(card.value_high for card in cards),
        revenue_12_months=sum(card.revenue_12_months for card in cards),
        is_cut=is_cut,
        currency=organisation().currency or "EUR",
    )


def _neighbours(parties: Iterable[int], kind: str) -> set[int]:
    records = _records_of(parties)
    standing = Tie.objects.filter(kind=kind, until_on=None, removed_at=None)
    ends = set(standing.filter(from_record__in=records).values_list("to_record_id", flat=True))
    ends |= set(standing.filter(to_record__in=records).values_list("from_record_id", flat=True))
    return set(_parties_of(ends).values())


def _records_of(parties: Iterable[int]) -> set[int]:
    open_ones = Membership.objects.filter(party__in=list(parties), until_at=None)
    return set(open_ones.values_list("record_id", flat=True))


def _parties_of(records: Iterable[int]) -> dict[int, int]:
    open_ones = Membership.objects.filter(record__in=list(records), until_at=None)
    return dict(open_ones.values_list("record_id", "party_id"))


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _sentence(tie: Tie, is_ours: bool) -> str:
    if is_ours:
        return tie.get_kind_display()
    said = {
        Tie.Kind.WORKS_FOR: _("Employs"),
        Tie.Kind.HOUSEHOLD: _("Same household as"),
        Tie.Kind.REFERRED_BY: _("Recommended us to"),
        Tie.Kind.GROUP_OF: _("Heads the group of"),
        Tie.Kind.OTHER: _("Tied to"),
    }
    return said[Tie.Kind(tie.kind)]
