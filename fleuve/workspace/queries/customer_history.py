"""One history of a customer over all channels, and what they buy or no longer buy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.accounts.queries import organisation
from fleuve.history import queries as history
from fleuve.history.queries import PartyLine, PartyProduct
from fleuve.history.words import state_label
from fleuve.kernel.principal import Principal
from fleuve.parties.models import Channel, Record, Refusal
from fleuve.parties.queries import records_of
from fleuve.touchpoints.models import Interaction
from fleuve.ui import formatting
from fleuve.ui.tables import Column, Table, TableRow
from fleuve.ui.timeline import Moment, moments_of
from fleuve.value.queries import current_valuation
from fleuve.workspace.queries.wording import spoken

__all__ = ["CustomerHistory", "recent_history", "whole_history"]

_PRODUCTS_SHOWN, _PRODUCTS_NAMED = 6, 3
_BOUGHT: Final = ("counted", "partly_returned")


@dataclass(frozen=True)
class _Reach:
    """How far back a history is read."""

    lines: int
    moments: int


_SHORT: Final = _Reach(lines=600, moments=10)
_LONG: Final = _Reach(lines=20_000, moments=500)


@dataclass(frozen=True)
class CustomerHistory:
    """What a customer buys, no longer buys, and everything that happened, newest first."""

    bought: Table | None
    stopped: Table | None
    moments: tuple[Moment, ...]
    is_cut: bool


def whole_history(party_id: int, principal: Principal, now: datetime) -> CustomerHistory | None:
    """Hundreds of moments and as many purchases as a page can show; ``None`` without a visible record."""
    return _history(party_id, principal, now, _LONG)


def recent_history(party_id: int, principal: Principal, now: datetime) -> CustomerHistory | None:
    """The newest moments; ``None`` without a visible record."""
    return _history(party_id, principal, now, _SHORT)


def _history(party_id: int, principal: Principal, now: datetime, reach: _Reach) -> CustomerHistory | None:
    records = records_of(party_id, principal)
    if not records:
        return None
    place = organisation()
    currency = place.currency or "EUR"
    valuation = current_valuation(principal)
    today = valuation.as_of if valuation else place.today(now)
    lines, products = history.purchases_of_party(party_id, reach.lines, today)
    purchases = _purchases(lines, currency, place.zone)
    if len(lines) == reach.lines:
        purchases.pop()  # the limit on lines may have cut the oldest purchase in two
    told = moments_of(party_id, principal, reach.moments + 1)
    moments = purchases + _contacts(records, principal, place.zone) + [_here(moment, place.zone) for moment in told]
    moments.sort(key=lambda moment: moment.at, reverse=True)
    return CustomerHistory(
        bought=_products([one for one in products if not one.is_abandoned], currency, "bought"),
        stopped=_products([one for one in products if one.is_abandoned], currency, "stopped"),
        moments=tuple(moments[: reach.moments]),
        is_cut=len(lines) == reach.lines or len(moments) > reach.moments,
    )


def _here(moment: Moment, zone: tzinfo) -> Moment:
    return replace(moment, at=moment.at.astimezone(zone))


def _products(products: Sequence[PartyProduct], currency: str, key: str) -> Table | None:
    if not products:
        return None
    caption = _("What they buy") if key == "bought" else _("What they no longer buy")
    return Table(
        id=key,
        caption=caption,
        columns=(
            Column("product", _("Product"), primary=True),
            Column("days", _("Bought on"), numeric=True),
            Column("gap", _("Usual gap"), numeric=True, narrow=False),
            Column("last", _("Last time"), numeric=True),
            Column("revenue", _("Revenue"), numeric=True),
        ),
        rows=tuple(
            TableRow(
                id=str(product.product_id),
                cells=(
                    spoken(product.name) or product.code,
                    formatting.days(product.purchase_days),
                    "–" if product.usual_gap_days is None else formatting.days(round(product.usual_gap_days)),
                    formatting.day(product.last_day),
                    formatting.money(product.revenue, currency, decimals=0),
                ),
            )
            for product in products[:_PRODUCTS_SHOWN]
        ),
    )


def _purchases(lines: Iterable[PartyLine], currency: str, zone: tzinfo) -> list[Moment]:
    documents = groupby(lines, key=lambda line: (line.at, line.number))
    return [_purchase(number, at.astimezone(zone), list(found), currency) for (at, number), found in documents]


def _purchase(number: str, at: datetime, lines: list[PartyLine], currency: str) -> Moment:
    counted = sum(line.counted for line in lines)
    is_return = all(line.amount <= 0 for line in lines) and any(line.amount < 0 for line in lines)
    is_bought = any(line.state in _BOUGHT for line in lines)
    title = (_("Return %(number)s") if is_return else _("Purchase %(number)s")) % {"number": number}
    return Moment(
        at=at,
        title=title.strip(),
        detail=" ".join(part for part in (_named(lines), _states(lines)) if part),
        icon="undo-2" if is_return else "shopping-bag",
        tone="good" if is_bought else "warn" if is_return else "",
        amount=formatting.money(counted if is_bought else sum(line.amount for line in lines), currency),
    )


def _named(lines: Sequence[PartyLine]) -> str:
    """The products by what they brought: the first few by name, the rest by number."""
    by_size = sorted(lines, key=lambda line: -abs(line.amount))
    names = list(dict.fromkeys(spoken(line.product_name) or line.product_code for line in by_size))
    names = [name for name in names if name]
    if len(names) <= _PRODUCTS_NAMED + 1:
        return f"{formatting.items(names)}." if names else ""
    rest = len(names) - _PRODUCTS_NAMED
    sentence = ngettext("%(names)s and %(count)s more product.", "%(names)s and %(count)s more products.", rest)
    return sentence % {"names": ", ".join(names[:_PRODUCTS_NAMED]), "count": formatting.number(rest)}


def _states(lines: Sequence[PartyLine]) -> str:
    """What did not simply count, in words: returned, set aside, given away…"""
    found = Counter(line.state for line in lines if line.state != "counted")
    said = [
        _("%(state)s: %(lines)s")
        % {
            "state": state_label(state),
            "lines": ngettext("%(count)s line", "%(count)s lines", count) % {"count": formatting.number(count)},
        }
        for state, count in found.most_common()
    ]
    return f"{'; '.join(said)}." if said else ""


def _contacts(records: Sequence[Record], principal: Principal, zone: tzinfo) -> list[Moment]:
    ids = [record.pk for record in records]
    seen: QuerySet[Interaction] = Interaction.objects.visible_to(principal)
    interactions = seen.filter(record_id__in=ids, undone_at__isnull=True)
    refusals = Refusal.objects.visible_to(principal).filter(record_id__in=ids)
    moments = [_interaction(one, zone) for one in interactions.order_by("-at")[: _LONG.moments]]
    for refusal in refusals:
        moments.append(_refused(refusal, zone))
        if refusal.withdrawn_at is not None:
            title = _("Refusal withdrawn: %(channel)s") % {"channel": Channel(refusal.channel).label}
            moments.append(Moment(refusal.withdrawn_at.astimezone(zone), title, icon="undo-2"))
    return moments


def _interaction(found: Interaction, zone: tzinfo) -> Moment:
    icons = {"call": "phone", "email": "mail", "visit": "store", "letter": "send", "note": "notebook-pen"}
    outcomes = {
        "called": _("Called, from the list to call"),
        "not_now": _("Not to be called for now"),
        "wrong": _("Wrongly on the list to call"),
    }
    title = outcomes.get(found.outcome, "") if found.kind == Interaction.Kind.CALL_MARK else ""
    return Moment(
        at=found.at.astimezone(zone),
        title=title or found.get_kind_display(),
        detail=found.body,
        icon=icons.get(found.kind, "phone-call"),
        who=found.by_label,
    )


def _refused(refusal: Refusal, zone: tzinfo) -> Moment:
    return Moment(
        at=refusal.at.astimezone(zone),
        title=_("Refuses contact: %(channel)s") % {"channel": Channel(refusal.channel).label},
        detail=refusal.reason,
        icon="ban",
        tone="bad",
        who=refusal.by_label,
    )
