"""The list of customers: filtered, sorted, paged by key, with prepared text in every cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fleuve.attributes import EVERYTHING, All, Is, Node, compile_sql
from fleuve.kernel.door import DoorQuerySet
from fleuve.kernel.principal import Principal
from fleuve.kernel.search_text import fold
from fleuve.parties.models import PartyCard
from fleuve.ui import formatting
from fleuve.ui.tables import Cell, Column, Page, Sort, Tab, TableRow, keyset
from fleuve.value.models import Stage

__all__ = ["COLUMNS", "PRESETS", "CustomerPage", "customer_page", "customers_where", "preset_filter"]

_PAGE = 50
_COUNTED_UP_TO = 10_000

COLUMNS: Final = (
    Column("name", gettext_lazy("Customer"), primary=True, sortable=True),
    Column("last_purchase_on", gettext_lazy("Last purchase"), sortable=True),
    Column("usual_gap_days", gettext_lazy("Usually buys every"), numeric=True),
    Column("revenue_12_months", gettext_lazy("Revenue, 12 months"), numeric=True, sortable=True),
    Column("value", gettext_lazy("Customer value"), numeric=True, sortable=True),
    Column("at_stake", gettext_lazy("Money at stake"), numeric=True, sortable=True),
    Column("stage", gettext_lazy("Stage")),
    Column("reach", gettext_lazy("May be contacted by")),
)
_SORT_FIELDS: Final = {"name": "name_folded"}

PRESETS: Final[dict[str, tuple[object, Node]]] = {
    "all": (gettext_lazy("All"), EVERYTHING),
    "slipping": (gettext_lazy("Slipping away"), Is("is_slipping", "is", True)),
    "best": (gettext_lazy("Best customers"), Is("band", "is", 1)),
    "one-time": (gettext_lazy("Bought once"), Is("stage", "is", "one_time")),
    "new": (gettext_lazy("New"), Is("stage", "is", "new")),
    "contactable": (gettext_lazy("Can be called"), Is("may_phone", "is", True)),
}


@dataclass(frozen=True)
class CustomerPage:
    """One page of the list: its rows, the neighbours' cursors, and how many there are ("10,000+" beyond)."""

    rows: tuple[TableRow, ...]
    page: Page
    total: str
    tabs: tuple[Tab, ...]


def preset_filter(preset: str, node: Node) -> Node:
    """The filter of a tab together with the chips that were added to it."""
    chosen = PRESETS.get(preset, PRESETS["all"])[1]
    return node if chosen == EVERYTHING else chosen if node == EVERYTHING else All((chosen, node))


def customers_where(node: Node, words: str, principal: Principal, now: datetime) -> DoorQuerySet[PartyCard]:
    """The list rows of customers that the filter and every word hold for."""
    cards: DoorQuerySet[PartyCard] = PartyCard.objects.visible_to(principal).filter(compile_sql(node, now))
    for word in fold(words).split()[:6]:
        cards = cards.filter(Q(search_text__contains=word))
    return cards


def customer_page(
    cards: DoorQuerySet[PartyCard], *, sort: Sort, cursor: str, currency: str, preset: str
) -> CustomerPage:
    """The page of these customers at the cursor."""
    field = _SORT_FIELDS.get(sort.key, sort.key)
    part = keyset(cards, field=field, sort=sort, cursor=cursor, size=_PAGE)
    counted = cards.order_by()[: _COUNTED_UP_TO + 1].count()
    total = formatting.number(min(counted, _COUNTED_UP_TO)) + ("+" if counted > _COUNTED_UP_TO else "")
    return CustomerPage(
        rows=tuple(_row(card, currency) for card in part.rows),
        page=part.page,
        total=total,
        tabs=tuple(
            Tab(key, str(label), reverse("workspace:customers") + ("" if key == "all" else f"?show={key}"))
            for key, (label, _node) in PRESETS.items()
        ),
    )


def _row(card: PartyCard, currency: str) -> TableRow:
    url = reverse("workspace:customer", args=[card.party_id])
    return TableRow(
        id=str(card.party_id),
        url=url,
        cells=(
            Cell(card.name or card.customer_number, note=_where(card), url=url),
            Cell(formatting.day(card.last_purchase_on), note=_silence(card)),
            formatting.days(round(card.usual_gap_days)) if card.usual_gap_days else "–",
            _revenue(card, currency),
            _value(card, currency),
            formatting.money(card.at_stake, currency, decimals=0) if card.at_stake else "–",
            Stage(card.stage).label if card.stage else "–",
            _reach(card),
        ),
    )


def _where(card: PartyCard) -> str:
    number = card.customer_number if card.name else ""
    simulated = _("simulated") if card.is_simulated else ""
    return " · ".join(part for part in (number, card.city, card.country, simulated) if part)


def _silence(card: PartyCard) -> str:
    if card.silent_days is None:
        return ""
    return _("silent for %(days)s") % {"days": formatting.days(card.silent_days)}


def _revenue(card: PartyCard, currency: str) -> Cell:
    before = card.revenue_12_months_before
    note = _("%(amount)s the year before") % {"amount": formatting.money_short(before, currency)} if before else ""
    return Cell(formatting.money(card.revenue_12_months, currency, decimals=0), note=note)


def _value(card: PartyCard, currency: str) -> Cell:
    if card.value is None:
        return Cell("–", note=_("group figure only") if card.purchase_days else "")
    low_to_high = formatting.money_interval(card.value_low, card.value_high, currency)
    return Cell(formatting.money(card.value, currency, decimals=0), note=low_to_high)


def _reach(card: PartyCard) -> str:
    ways = ((card.may_phone, _("phone")), (card.may_email, _("e-mail")), (card.may_post, _("post")))
    return ", ".join(name for allowed, name in ways if allowed) or "–"
