"""The page of one customer in words: what the relationship is, on which facts, and how it may be cared for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.kernel.principal import Principal
from fleuve.parties.masking import as_seen, sees_channel
from fleuve.parties.models import Channel, PartyCard, Record
from fleuve.parties.queries import ContactLine, contacts_of, records_of, spoken_record
from fleuve.ui import charts, formatting
from fleuve.ui.charts import Chart
from fleuve.ui.figures import Figure
from fleuve.ui.tables import Column, Table, TableRow
from fleuve.value.queries import customer_worth, group_label, why
from fleuve.value.queries.views import CustomerWorth, Why

__all__ = ["ChannelLine", "CustomerPage", "WhyPage", "customer_page", "why_page"]


@dataclass(frozen=True)
class ChannelLine:
    """A way to reach someone: its addresses, whether it is refused, and by which record a refusal may be changed."""

    channel: str
    label: str
    details: tuple[ContactLine, ...]
    is_refused: bool
    own_refusal: bool


@dataclass(frozen=True)
class CustomerPage:
    """What the page shows; ``worth`` is ``None`` for someone who never bought."""

    card: PartyCard
    record: Record
    worth: CustomerWorth | None
    answer: str
    meta: tuple[str, ...]
    figures: tuple[Figure, ...]
    channels: tuple[ChannelLine, ...]
    identity: tuple[tuple[str, str], ...]
    history: Chart | None


def customer_page(card: PartyCard, principal: Principal) -> CustomerPage | None:
    """The page of a party; ``None`` when it has no record that the principal may see."""
    records = records_of(card.pk, principal)
    if not records:
        return None
    worth = customer_worth(card.pk, principal)
    as_seen(card, principal)
    return CustomerPage(
        card=card,
        record=records[0],
        worth=worth,
        answer=worth.sentence if worth else _("Nothing bought that counts as a purchase."),
        meta=tuple(_meta(card, worth)),
        figures=tuple(_figures(worth)) if worth else (),
        channels=_channels(records, principal),
        identity=tuple(_identity(as_seen(spoken_record(records), principal), card)),
        history=_history(worth) if worth and len(worth.history) > 2 else None,
    )


def _meta(card: PartyCard, worth: CustomerWorth | None) -> list[str]:
    said = [card.customer_number]
    said += [part for part in (card.city, card.country) if part]
    if worth:
        said.append(worth.stage_label)
        said.append(_("as of %(day)s") % {"day": formatting.day(worth.as_of)})
    return said


def _figures(worth: CustomerWorth) -> list[Figure]:
    def money(minor: int | None) -> str:
        return "–" if minor is None else formatting.money(minor, worth.currency, decimals=0)

    before = (
        _("%(amount)s the year before") % {"amount": money(worth.revenue_12_before)}
        if worth.revenue_12_before is not None
        else _("no earlier year in the history")
    )
    figures = [
        _value_figure(worth, money(worth.value), money(worth.low), money(worth.high), money(worth.group_value)),
        Figure(_("Revenue, 12 months"), money(worth.revenue_12), note=before),
        Figure(
            _("Last purchase"),
            formatting.day(worth.last_on),
            note=_("silent for %(days)s") % {"days": formatting.days(worth.silent_days)},
        ),
        _rhythm_figure(worth),
    ]
    if worth.chance_active is not None and worth.is_personal:
        figures.append(
            Figure(
                _("Chance still a customer"),
                _chance(worth.chance_active),
                note=_("buys at least once by %(day)s") % {"day": formatting.day(worth.until)},
            )
        )
    if worth.at_stake:
        figures.append(Figure(_("Money at stake"), money(worth.at_stake)))
    return figures


def _chance(chance: float) -> str:
    """A chance is never said to be certain."""
    if chance > 0.99:
        return _("over %(share)s") % {"share": formatting.percent(0.99)}
    if chance < 0.01:
        return _("under %(share)s") % {"share": formatting.percent(0.01)}
    return formatting.percent(chance)


def _value_figure(worth: CustomerWorth, value: str, low: str, high: str, group: str) -> Figure:
    label = _("Customer value, %(months)s months") % {"months": formatting.number(worth.horizon_months)}
    unit = _("in margin") if worth.basis == "margin" else _("in revenue")
    if worth.value is not None and worth.is_personal:
        if worth.value and not worth.high:
            return Figure(label, value, note=_("%(unit)s on average; most often nothing") % {"unit": unit})
        return Figure(label, value, low, high, unit)
    return Figure(
        label,
        "–",
        note=_("No estimate of their own yet; customers like this bring %(group)s on average.") % {"group": group},
    )


def _rhythm_figure(worth: CustomerWorth) -> Figure:
    if worth.is_contract:
        debits = ngettext("%(count)s debit so far", "%(count)s debits so far", worth.purchase_days)
        return Figure(
            _("Under contract"), _("every month"), note=debits % {"count": formatting.number(worth.purchase_days)}
        )
    if worth.own_gaps:
        sentence = ngettext(
            "from %(count)s gap of their own and the house rule",
            "from %(count)s gaps of their own and the house rule",
            worth.own_gaps,
        )
        note = sentence % {"count": formatting.number(worth.own_gaps)}
    else:
        note = _("house rule: bought on one day only")
    return Figure(_("Usually buys every"), formatting.days(round(worth.usual_gap_days)), note=note)


def _channels(records: list[Record], principal: Principal) -> tuple[ChannelLine, ...]:
    contacts = contacts_of(records)
    ids = {record.pk for record in records}
    own = {refusal.channel for refusal in contacts.refusals if refusal.record_id in ids}
    refused = {refusal.channel for refusal in contacts.refusals}
    return tuple(
        ChannelLine(
            channel=channel,
            label=str(label),
            details=tuple(
                line for line in contacts.lines if line.channel == channel and sees_channel(principal, channel)
            ),
            is_refused=channel in refused,
            own_refusal=channel in own,
        )
        for channel, label in Channel.choices
    )


def _seen(lines: Iterable[ContactLine], channel: str, principal: Principal) -> tuple[ContactLine, ...]:
    return tuple(line for line in lines if line.channel == channel) if sees_channel(principal, channel) else ()


def _identity(record: Record, card: PartyCard) -> list[tuple[str, str]]:
    address = (record.street, record.postcode, record.city, record.country)
    pairs = (
        (_("Customer number"), card.customer_number),
        (_("Kind"), record.get_kind_display()),
        (_("Set aside as"), record.get_special_display() if record.special else ""),
        (_("Registration number"), record.legal_id),
        (_("VAT number"), record.vat_number),
        (_("Address"), ", ".join(part for part in address if part)),
        (_("Customer since"), formatting.day(record.customer_since) if record.customer_since else ""),
        (_("First purchase"), formatting.day(card.first_purchase_on) if card.first_purchase_on else ""),
    )
    return [(label, value) for label, value in pairs if value]


def _history(worth: CustomerWorth) -> Chart:
    return charts.lines(
        [formatting.month_short(month.month) for month in worth.history],
        [
            charts.Series(
                _("Value"),
                [month.value for month in worth.history],
                low=[month.low for month in worth.history],
                high=[month.high for month in worth.history],
            )
        ],
        show=lambda minor: formatting.money_short(round(minor), worth.currency),
        title=_("What this relationship was worth at each month-end"),
        unit=_("Margin") if worth.basis == "margin" else _("Revenue"),
        source=_("Each month-end with the parameters of that month"),
        as_of=formatting.day(worth.as_of),
    )


@dataclass(frozen=True)
class WhyPage:
    """The facts behind a customer's scores."""

    sentences: tuple[str, ...]
    curve: Chart | None
    gaps: str
    purchases: Table
    model: tuple[tuple[str, str], ...]


def why_page(party_id: int, currency: str, principal: Principal) -> WhyPage | None:
    """The purchases, gaps, curve and parameters behind the scores; ``None`` when there are no scores."""
    found = why(party_id, principal)
    if found is None:
        return None
    return WhyPage(
        sentences=found.sentences,
        curve=_silence_curve(found) if found.curve else None,
        gaps=formatting.items([formatting.days(gap) for gap in found.gaps[-12:]]) if found.gaps else "",
        purchases=_purchases(found, currency),
        model=tuple(_parameters(found)),
    )


def _parameters(found: Why) -> Iterator[tuple[str, str]]:
    """Each group's parameters by the letters of the literature, four figures each."""
    for group, values in found.parameters.items():
        letters = values.items() if isinstance(values, dict) else [("", values)]
        yield group_label(group), " · ".join(f"{letter} {_figure(value)}".strip() for letter, value in letters)


def _figure(value: object) -> str:
    return formatting.number(value, decimals=3) if isinstance(value, float) else str(value)


def _silence_curve(found: Why) -> Chart:
    return charts.curve(
        [(point.days, point.share_back) for point in found.curve],
        x_label=_("Days of silence"),
        x_show=formatting.number,
        show=formatting.percent,
        title=_("How soon customers with this rhythm come back"),
        unit=_("Share back by then"),
        source=_("All gaps between purchase days, in multiples of each customer's own rhythm"),
        as_of="",
    )


def _purchases(found: Why, currency: str) -> Table:
    return Table(
        id="purchase-days",
        caption=_("Days with a purchase that the estimate rests on"),
        columns=(Column("day", _("Day"), primary=True), Column("revenue", _("Revenue"), numeric=True)),
        rows=tuple(
            TableRow(id=day.isoformat(), cells=(formatting.day(day), formatting.money(revenue, currency)))
            for day, revenue in reversed(found.purchase_days)
        ),
    )
