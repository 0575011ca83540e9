"""The values that undoing an import left as they were found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.imports.mapping.fields import OWN
from fleuve.imports.models import Conflict, Import
from fleuve.imports.wording import column_label
from fleuve.kernel.principal import Principal, may, sees
from fleuve.parties.models import OwnField, PartyCard
from fleuve.parties.own_values import stored_of_journal, typed_of, write_typed
from fleuve.ui.formatting import day, moment
from fleuve.ui.tables import Page, Sort, keyset

__all__ = [
    "ConflictLine",
    "ConflictPage",
    "conflict_lines",
    "conflict_page",
    "conflicts_seen",
    "conflicts_within_reach",
]

_PAGE = 50
_LABELS = {"record_id": "customer_number", "local_day": "date", "at": "date"}
_CONTACT = frozenset(["detail:email", "detail:phone", "detail:post", "street", "postcode"])


@dataclass(frozen=True)
class ConflictLine:
    """A value that was kept, beside the one that the undo would have put there."""

    id: int
    about: str
    url: str
    field: str
    ours: str
    found: str
    why: str
    who: str
    taken_back: str


@dataclass(frozen=True)
class ConflictPage:
    """A page of them, and how many there are in all."""

    lines: tuple[ConflictLine, ...]
    page: Page
    waiting: int


def conflict_page(row: Import, principal: Principal, cursor: str) -> ConflictPage:
    """Those of customers whom the reader sees, in fields that the reader sees."""
    seen = conflicts_within_reach(principal).filter(of_import=row)
    found = keyset(seen, field="id", sort=Sort("id"), cursor=cursor, size=_PAGE)
    lines = conflict_lines(found.rows, principal)
    return ConflictPage(lines, found.page, seen.filter(taken_back_at__isnull=True).count())


def conflict_lines(conflicts: Sequence[Conflict], principal: Principal) -> tuple[ConflictLine, ...]:
    """These, in words; without those in fields that the principal does not see."""
    ids = {conflict.party_id for conflict in conflicts if conflict.party_id}
    cards = {card.party_id: card for card in PartyCard.objects.visible_to(principal).filter(pk__in=ids)}
    own = {f"{OWN}{one.pk}": one for one in OwnField.objects.all()}
    return tuple(_line(one, cards, own) for one in conflicts_seen(principal, conflicts))


def conflicts_seen(principal: Principal, conflicts: Sequence[Conflict]) -> list[Conflict]:
    """Those whose field is not hidden from the principal and whose customer is within reach."""
    shown = [one for one in conflicts if sees(principal, _key(one.field))]
    if not may(principal, "personal"):
        shown = [one for one in shown if one.field not in _CONTACT]
    ids = [one.pk for one in shown]
    within = set(conflicts_within_reach(principal).filter(pk__in=ids).values_list("pk", flat=True))
    return [one for one in shown if one.pk in within]


def conflicts_within_reach(principal: Principal) -> Any:
    """Those of customers whom the principal sees, and those of no customer."""
    conflicts = Conflict.objects.visible_to(principal)
    if principal.read_reach == "all":
        return conflicts
    cards = PartyCard.objects.visible_to(principal).values("pk")
    return conflicts.filter(Q(party_id__isnull=True) | Q(party_id__in=cards))


def _key(field: str) -> str:
    """The attribute that a field of the journal is shown as."""
    if field.startswith(OWN):
        return f"own_{field.removeprefix(OWN)}"
    return field.removeprefix("detail:")


def _line(conflict: Conflict, cards: Mapping[int, PartyCard], own: Mapping[str, OwnField]) -> ConflictLine:
    card = cards.get(conflict.party_id or 0)
    own_field, zone = own.get(conflict.field), organisation().zone
    when = moment(conflict.found_at, zone) if conflict.found_at else ""
    taken_back = ""
    if conflict.taken_back_at is not None:
        told = {"who": conflict.taken_back_by_label, "when": moment(conflict.taken_back_at, zone)}
        taken_back = _("Taken back by %(who)s, %(when)s") % told
    return ConflictLine(
        id=conflict.pk,
        about=(card.name or card.customer_number) if card else _subject(conflict),
        url=reverse("workspace:customer", args=[card.party_id]) if card else "",
        field=own_field.label if own_field else column_label(_LABELS.get(conflict.field, _key(conflict.field))),
        ours=_shown(conflict.ours, own_field),
        found=_shown(conflict.found, own_field),
        why=str(Conflict.Kind(conflict.kind).label),
        who=", ".join(part for part in (conflict.found_by_label, when) if part),
        taken_back=taken_back,
    )


def _subject(conflict: Conflict) -> str:
    named = {
        "purchase": _("An order or invoice"),
        "line": _("A line of an order or invoice"),
        "product": _("A product"),
    }
    return str(named.get(conflict.subject_kind, _("A customer")))


def _shown(told: str | None, own_field: OwnField | None) -> str:
    """A value of the journal as people read it; a dash for nothing."""
    if own_field is not None:
        shape = own_field.shape
        return write_typed(shape, typed_of(shape, stored_of_journal(shape, told))) or "–"
    value = None if told is None else json.loads(told)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":
        return _day(value)
    if isinstance(value, str) and "T" in value[10:11]:
        return moment(datetime.fromisoformat(value), organisation().zone)
    return str(value) if value not in (None, "") else "–"


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
