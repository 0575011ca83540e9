"""The list of customers: filtered, sorted, paged by key, with prepared text in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fleuve.attributes import EVERYTHING, All, Is, Node, compile_sql
from fleuve.kernel.door import DoorQuerySet
from fleuve.kernel.principal import Principal
from fleuve.kernel.search_text import fold
from fleuve.parties.models import PartyCard
from fleuve.ui import formatting
from fleuve.ui.badges import badge
from fleuve.ui.icons import icon as draw_icon
from fleuve.ui.tables import Cell, Column, Page, Sort, Tab, TableRow, keyset
from fleuve.value.models import Stage

__all__ = ["COLUMNS", "PRESETS", "CustomerPage", "customer_page", "customers_where", "preset_filter"]

_PAGE = 50
_COUNTED_UP_TO = 10_000
# SQLite refuses longer patterns (50,000 bytes) with an error; nobody types as much.
_LONGEST_SEARCH = 200

COLUMNS: Final = (
    Column("name", gettext_lazy("Customer"), primary=True, sortable=True),
    Column("stage", gettext_lazy("Stage"), narrow=False),
    Column("last_purchase_on", gettext_lazy("Last purchase"), sortable=True),
    Column("usual_gap_days", gettext_lazy("Usual gap"), numeric=True, narrow=False),
    Column("revenue_12_months", gettext_lazy("Revenue, 12 months"), numeric=True, sortable=True, narrow=False),
    Column("value", gettext_lazy("Customer value"), numeric=True, sortable=True, narrow=False),
    Column("at_stake", gettext_lazy("At stake"), numeric=True, sortable=True),
    Column("reach", gettext_lazy("Reach"), hint=gettext_lazy("By which channels they may be contacted"), narrow=False),
)
_SORT_FIELDS: Final = {"name": "name_folded"}
_STAGE_LOOKS: Final = {
    Stage.NEW: ("info", "user-plus"),
    Stage.ACTIVE: ("good", "circle-check"),
    Stage.WON_BACK: ("good", "undo-2"),
    Stage.SLIPPING: ("warn", "triangle-alert"),
    Stage.ONE_TIME: ("neutral", ""),
    Stage.LOST: ("neutral", ""),
}

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
    """One page of the list: its rows, the neighbours' cursors, and how many there are ("more than 10,000" beyond)."""

    rows: tuple[TableRow, ...]
    page: Page
    answer: str
    tabs: tuple[Tab, ...]


def preset_filter(preset: str, node: Node) -> Node:
    """The filter of a tab together with the chips that were added to it."""
    chosen = PRESETS.get(preset, PRESETS["all"])[1]
    return node if chosen == EVERYTHING else chosen if node == EVERYTHING else All((chosen, node))


def customers_where(node: Node, words: str, principal: Principal, now: datetime) -> DoorQuerySet[PartyCard]:
    """The list rows of customers that the filter and every word hold for."""
    cards: DoorQuerySet[PartyCard] = PartyCard.objects.visible_to(principal).filter(compile_sql(node, now))
    for word in fold(words[:_LONGEST_SEARCH]).split()[:6]:
        cards = cards.filter(Q(search_text__contains=word))
    return cards


def customer_page(
    cards: DoorQuerySet[PartyCard], *, sort: Sort, cursor: str, currency: str, links: Sequence[str], words: str
) -> CustomerPage:
    """The page of these customers at the cursor; its tabs carry the filters (``links``) and the words along."""
    field = _SORT_FIELDS.get(sort.key, sort.key)
    part = keyset(cards, field=field, sort=sort, cursor=cursor, size=_PAGE)
    counted = cards.order_by()[: _COUNTED_UP_TO + 1].count()
    return CustomerPage(
        rows=tuple(_row(card, currency) for card in part.rows),
        page=part.page,
        answer=_answer(cards, counted, currency),
        tabs=tuple(Tab(key, str(label), _address(key, links, words, sort)) for key, (label, _node) in PRESETS.items()),
    )


def _answer(cards: DoorQuerySet[PartyCard], counted: int, currency: str) -> str:
    """How many they are, where they stand and what is at stake; beyond some thousands only that they are many."""
    if counted == 0:
        return _("Nobody matches.")
    if counted > _COUNTED_UP_TO:
        return _("More than %(count)s customers.") % {"count": formatting.number(_COUNTED_UP_TO)}
    rows = cards.order_by().values_list("stage").annotate(customers=Count("pk"), money=Sum("at_stake"))
    standing = {stage: customers for stage, customers, _money in rows}
    money = sum(amount or 0 for _stage, _customers, amount in rows)
    words = {"count": formatting.number(counted), "parts": formatting.items(_parts(standing))}
    if len(standing) > 1:
        said = ngettext("%(count)s customer: %(parts)s.", "%(count)s customers: %(parts)s.", counted) % words
    else:
        said = ngettext("%(count)s customer.", "%(count)s customers.", counted) % words
    if not money:
        return said
    staked = _("%(money)s is at stake.") % {"money": formatting.money_short(money, currency)}
    return f"{said} {staked}"


def _parts(standing: dict[str, int]) -> list[str]:
    """Customers by stage in words, in the order of a relationship."""
    said = []
    for stage in (Stage.ACTIVE, Stage.NEW, Stage.WON_BACK, Stage.SLIPPING, Stage.ONE_TIME, Stage.LOST):
        if count := standing.get(stage, 0):
            said.append(_phrase(stage, count) % {"count": formatting.number(count)})
    return said


def _phrase(stage: Stage, count: int) -> str:
    return {
        Stage.ACTIVE: ngettext("%(count)s active", "%(count)s active", count),
        Stage.NEW: ngettext("%(count)s new", "%(count)s new", count),
        Stage.WON_BACK: ngettext("%(count)s won back", "%(count)s won back", count),
        Stage.SLIPPING: ngettext("%(count)s slipping away", "%(count)s slipping away", count),
        Stage.ONE_TIME: ngettext("%(count)s who bought once", "%(count)s who bought once", count),
        Stage.LOST: ngettext("%(count)s lost", "%(count)s lost", count),
    }[stage]


def _address(preset: str, links: Sequence[str], words: str, sort: Sort) -> str:
    """The list under another tab, still filtered, searched and ordered as it is."""
    query = {} if preset == "all" else {"show": [preset]}
    query |= {"q": [words]} if words else {}
    query |= {"f": list(links)} if links else {}
    query |= {"sort": [sort.text]} if sort.text != "-at_stake" and not words else {}
    encoded = urlencode(query, doseq=True, safe=":|,()")
    return reverse("workspace:customers") + (f"?{encoded}" if encoded else "")


def _row(card: PartyCard, currency: str) -> TableRow:
    url = reverse("workspace:customer", args=[card.party_id])
    return TableRow(
        id=str(card.party_id),
        url=url,
        cells=(
            Cell(card.name or card.customer_number, note=_where(card), url=url),
            Cell(html=_stage(card.stage)),
            Cell(formatting.day(card.last_purchase_on), note=_silence(card)),
            formatting.days(round(card.usual_gap_days)) if card.usual_gap_days else "–",
            _revenue(card, currency),
            _value(card, currency),
            formatting.money(card.at_stake, currency, decimals=0) if card.at_stake else "–",
            Cell(html=_reach(card)),
        ),
    )


def _stage(stage: str) -> SafeString:
    if not stage:
        return mark_safe("–")
    tone, icon = _STAGE_LOOKS[Stage(stage)]
    return badge(Stage(stage).label, tone, icon)


def _where(card: PartyCard) -> str:
    number = card.customer_number if card.name else ""
    simulated = _("simulated") if card.is_simulated else ""
    return " · ".join(part for part in (number, card.city or card.country, simulated) if part)


def _silence(card: PartyCard) -> str:
    if card.silent_days is None:
        return ""
    return _("silent for %(days)s") % {"days": formatting.days(card.silent_days)}


def _revenue(card: PartyCard, currency: str) -> Cell:
    return Cell(formatting.money(card.revenue_12_months, currency, decimals=0))


def _value(card: PartyCard, currency: str) -> Cell:
    if card.value is None:
        return Cell("–", note=_("group figure only") if card.purchase_days else "")
    low_to_high = formatting.money_interval(card.value_low, card.value_high, currency)
    return Cell(formatting.money(card.value, currency, decimals=0), note=low_to_high)


def _reach(card: PartyCard) -> SafeString:
    ways = (
        (card.may_phone, "phone", _("Phone")),
        (card.may_email, "mail", _("E-mail")),
        (card.may_post, "map-pin", _("Post")),
    )
    drawn = [(draw_icon(icon, name),) for allowed, icon, name in ways if allowed]
    return format_html_join(" ", "{}", drawn) if drawn else mark_safe("–")
