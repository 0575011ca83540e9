"""Take a list of customers out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.attributes import Node, Registry
from fleuve.events import record
from fleuve.kernel.money import minor_exponent
from fleuve.kernel.principal import Principal, require
from fleuve.lists.mirror.reading import opened
from fleuve.parties.masking import as_seen
from fleuve.parties.models import PartyCard
from fleuve.ui.sheets import CellValue
from fleuve.ui.tables import Sort
from fleuve.value.models import Stage
from fleuve.workspace.rules import number_told

__all__ = ["Exported", "export_customers"]

_CHUNK = 2_000


@dataclass(frozen=True)
class Exported:
    """A header and rows that are read from the database while they are written."""

    header: tuple[str, ...]
    rows: Iterator[tuple[CellValue, ...]]


def export_customers(
    *, node: Node, words: str, sort: Sort, attributes: Registry, with_refused: bool, by: Principal, at: datetime
) -> Exported:
    """The list as rows of a file, in its order; the export and how many it took are written to the audit trail.

    A contact detail is left out where contact is refused on its channel, unless ``with_refused`` says otherwise.
    """
    require(by, "export")
    currency = organisation().currency or "EUR"
    with opened(by, at, attributes) as view:
        rows = view.count(node, words)
    with transaction.atomic():
        record(
            "workspace.list_exported",
            by=by,
            at=at,
            subject=("list", "customers"),
            data={"rows": rows, "with_refused": with_refused},
        )
    header = (
        _("Customer number"),
        _("Name"),
        _("Town"),
        _("Country"),
        _("Phone"),
        _("E-mail"),
        _("Post allowed"),
        _("Stage"),
        _("First purchase"),
        _("Last purchase"),
        _("Days of silence"),
        _("Usual gap in days"),
        _("Days with a purchase"),
        _("Revenue, 12 months (%(currency)s)") % {"currency": currency},
        _("Revenue, the 12 months before (%(currency)s)") % {"currency": currency},
        _("Customer value (%(currency)s)") % {"currency": currency},
        _("Low"),
        _("High"),
        _("Money at stake (%(currency)s)") % {"currency": currency},
        _("Simulated"),
    )
    cards = _cards(node, words, sort, attributes, by, at)
    return Exported(header, _rows(cards, with_refused, minor_exponent(currency)))


def _cards(
    node: Node, words: str, sort: Sort, attributes: Registry, by: Principal, at: datetime
) -> Iterator[PartyCard]:
    """The list rows as they stand in the database, in the order of the list, some at a time."""
    with opened(by, at, attributes) as view:
        for batch in view.batches(node, words, sort, (), _CHUNK):
            ids = batch.column("party_id").to_pylist()
            found = PartyCard.objects.visible_to(by).in_bulk(ids)
            yield from (as_seen(found[party], by) for party in ids if party in found)


def _rows(cards: Iterable[PartyCard], with_refused: bool, exponent: int) -> Iterator[tuple[CellValue, ...]]:
    yes, no = _("yes"), _("no")
    stages = {value: str(label) for value, label in Stage.choices}

    def money(minor: int | None) -> Decimal | None:
        return None if minor is None else Decimal(minor).scaleb(-exponent)

    for card in cards:
        yield (
            number_told(card.customer_number, may_email=card.may_email or with_refused),
            card.name,
            card.city,
            card.country,
            card.phone if card.may_phone or with_refused else "",
            card.email if card.may_email or with_refused else "",
            yes if card.may_post else no,
            stages.get(card.stage, ""),
            card.first_purchase_on,
            card.last_purchase_on,
            card.silent_days,
            round(card.usual_gap_days) if card.usual_gap_days else None,
            card.purchase_days,
            money(card.revenue_12_months),
            money(card.revenue_12_months_before),
            money(card.value),
            money(card.value_low),
            money(card.value_high),
            money(card.at_stake) if card.at_stake else None,
            yes if card.is_simulated else no,
        )
