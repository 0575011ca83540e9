"""The list of customers: filtered, sorted, paged by key, with prepared text in every cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from fleuve.attributes import Node, Registry
from fleuve.kernel.principal import Principal
from fleuve.lists.mirror.view import CardView, Groups
from fleuve.lists.queries.columns import chosen_columns, column_of, drawers
from fleuve.lists.queries.presets import PRESETS
from fleuve.parties.masking import as_seen
from fleuve.parties.models import PartyCard
from fleuve.parties.own_fields import with_own_values
from fleuve.ui import formatting
from fleuve.ui.badges import badge
from fleuve.ui.icons import icon as draw_icon
from fleuve.ui.tables import Cell, Column, Page, Sort, Tab, TableRow
from fleuve.value.models import Stage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = [
    "COLUMNS",
    "CustomerPage",
    "Place",
    "columns_of",
    "customer_page",
    "offered_columns",
]

_PAGE = 50
_ON_A_PHONE: Final = 2

COLUMNS: Final = (
    Column("name", gettext_lazy("Customer"), primary=True, sortable=True),
    Column("stage", gettext_lazy("Stage"), sortable=True, narrow=False),
    Column("last_purchase_on", gettext_lazy("Last purchase"), sortable=True),
    Column("usual_gap_days", gettext_lazy("Usual gap"), numeric=True, sortable=True, narrow=False),
    Column("revenue_12_months", gettext_lazy("Revenue, 12 months"), numeric=True, sortable=True, narrow=False),
    Column("value", gettext_lazy("Customer value"), numeric=True, sortable=True, narrow=False),
    Column("at_stake", gettext_lazy("At stake"), numeric=True, sortable=True),
    Column("reach", gettext_lazy("Reach"), hint=gettext_lazy("By which channels they may be contacted"), narrow=False),
)
_OWN_LOOKS: Final = {column.key: column for column in COLUMNS}
_STAGE_LOOKS: Final = {
    Stage.NEW: ("info", "user-plus"),
    Stage.ACTIVE: ("good", "circle-check"),
    Stage.WON_BACK: ("good", "undo-2"),
    Stage.SLIPPING: ("warn", "triangle-alert"),
    Stage.ONE_TIME: ("neutral", ""),
    Stage.LOST: ("neutral", ""),
}


@dataclass(frozen=True)
class Place:
    """Who looks at the list, which attributes they see and in which currency."""

    principal: Principal
    attributes: Registry
    currency: str


@dataclass(frozen=True)
class CustomerPage:
    """One page of the list: its rows, the neighbours' cursors, and how many there are in all.

    ``late_since`` is set while so much changed at once that order and number are still those of that moment.
    """

    rows: tuple[TableRow, ...]
    page: Page
    answer: str
    tabs: tuple[Tab, ...]
    late_since: datetime | None = None


def columns_of(asked: Sequence[str], attributes: Registry) -> tuple[Column, ...]:
    """The columns asked for, or the usual ones; those of the relationship keep their own look."""
    known = {one.key: one for one in attributes}
    chosen = chosen_columns(asked, tuple(_OWN_LOOKS), {*known, *_OWN_LOOKS})
    columns = tuple(_OWN_LOOKS.get(key) or column_of(known[key]) for key in chosen)
    if columns == COLUMNS:
        return columns
    # A phone has room for two beside the name: the first ones that somebody chose.
    return tuple(replace(column, narrow=place <= _ON_A_PHONE) for place, column in enumerate(columns))


def offered_columns(attributes: Registry) -> list[tuple[str, StrOrPromise, StrOrPromise]]:
    """Every column that may be chosen beside the name: key, label, heading."""
    reach = _OWN_LOOKS["reach"]
    offered = [(one.key, one.label, one.group or _("Relationship")) for one in attributes if one.key != "name"]
    return [*offered, (reach.key, str(reach.label), _("Relationship"))]


def customer_page(
    view: CardView,
    node: Node,
    words: str,
    columns: Sequence[Column],
    place: Place,
    *,
    sort: Sort,
    cursor: str,
    links: Sequence[str],
) -> CustomerPage:
    """The page of these customers at the cursor; its tabs carry the filters, the words and the columns along."""
    part = view.page(node, words, sort, cursor, _PAGE)
    asked = [] if tuple(columns) == COLUMNS else [column.key for column in columns if not column.primary]
    return CustomerPage(
        rows=_rows(part.ids, columns, place),
        page=part.page,
        answer=_answer(view.groups(node, words, "stage", ("at_stake",)), place.currency),
        tabs=tuple(
            Tab(key, str(label), _address(key, links, words, sort, asked)) for key, (label, _node) in PRESETS.items()
        ),
        late_since=None if view.is_live else view.as_of,
    )


def _answer(standing: Groups, currency: str) -> str:
    """How many they are, where they stand and what is at stake."""
    counted = sum(group.customers for group in standing.rows)
    if counted == 0:
        return _("Nobody matches.")
    money = round(sum(group.sums[0] for group in standing.rows))
    by_stage = {group.key or "": group.customers for group in standing.rows}
    words = {"count": formatting.number(counted), "parts": formatting.items(_parts(by_stage))}
    if len(by_stage) > 1:
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


def _address(preset: str, links: Sequence[str], words: str, sort: Sort, columns: Sequence[str]) -> str:
    """The list under another tab, still filtered, searched and ordered as it is."""
    query = {} if preset == "all" else {"show": [preset]}
    query |= {"q": [words]} if words else {}
    query |= {"f": list(links)} if links else {}
    query |= {"sort": [sort.text]} if sort.text != "-at_stake" and not words else {}
    query |= {"cols": list(columns)} if columns else {}
    encoded = urlencode(query, doseq=True, safe=":|,()")
    return reverse("workspace:customers") + (f"?{encoded}" if encoded else "")


def _rows(ids: Sequence[int], columns: Sequence[Column], place: Place) -> tuple[TableRow, ...]:
    """The rows as they stand in the database now, in the order of ``ids``; who is gone meanwhile is left out."""
    plain = [place.attributes.get(column.key) for column in columns if column.key not in _OWN_LOOKS]
    seen = with_own_values(PartyCard.objects.visible_to(place.principal).filter(pk__in=ids), plain)
    cards = {card.party_id: as_seen(card, place.principal) for card in seen}
    shown = [cards[party] for party in ids if party in cards]
    values = [{one.key: getattr(card, one.sql_path) for one in plain} for card in shown]
    draw = drawers(plain, values, place.principal, place.currency)
    rows = []
    for card, told in zip(shown, values, strict=True):
        cells = [
            _LOOKS[column.key](card, place.currency) if column.key in _LOOKS else draw[column.key](told[column.key])
            for column in columns
        ]
        rows.append(TableRow(str(card.party_id), tuple(cells), _page_of(card.party_id)))
    return tuple(rows)


@lru_cache(maxsize=4096)
def _page_of(party_id: int) -> str:
    return reverse("workspace:customer", args=[party_id])


def _name(card: PartyCard, _currency: str) -> Cell:
    return Cell(card.name or card.customer_number, note=_where(card), url=_page_of(card.party_id))


@lru_cache(maxsize=64)
def _stage(stage: str, _language: str | None) -> SafeString:
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


def _usual_gap(card: PartyCard, _currency: str) -> Cell:
    return Cell(formatting.days(round(card.usual_gap_days)) if card.usual_gap_days else "–")


def _at_stake(card: PartyCard, currency: str) -> Cell:
    return Cell(formatting.money(card.at_stake, currency, decimals=0) if card.at_stake else "–")


def _revenue(card: PartyCard, currency: str) -> Cell:
    return Cell(formatting.money(card.revenue_12_months, currency, decimals=0))


def _value(card: PartyCard, currency: str) -> Cell:
    if card.value is None:
        return Cell("–", note=_("group figure only") if card.purchase_days else "")
    likely = formatting.money_interval(card.value_low, card.value_high, currency, decimals=0)
    if card.value and not card.value_high:  # a mean of rare large sums and many noughts lies outside the likely range
        likely = _("most often nothing")
    return Cell(formatting.money(card.value, currency, decimals=0), note=likely)


@lru_cache(maxsize=64)
def _reach(may_phone: bool, may_email: bool, may_post: bool, _language: str | None) -> SafeString:
    ways = (
        (may_phone, "phone", _("Phone")),
        (may_email, "mail", _("E-mail")),
        (may_post, "map-pin", _("Post")),
    )
    drawn = [(draw_icon(icon, name),) for allowed, icon, name in ways if allowed]
    return format_html_join(" ", "{}", drawn) if drawn else mark_safe("–")


_LOOKS: Final[Mapping[str, Callable[[PartyCard, str], Cell]]] = {
    "name": _name,
    "stage": lambda card, _currency: Cell(html=_stage(card.stage, get_language())),
    "last_purchase_on": lambda card, _currency: Cell(formatting.day(card.last_purchase_on), note=_silence(card)),
    "usual_gap_days": _usual_gap,
    "revenue_12_months": _revenue,
    "value": _value,
    "at_stake": _at_stake,
    "reach": lambda card, _currency: Cell(html=_reach(card.may_phone, card.may_email, card.may_post, get_language())),
}
