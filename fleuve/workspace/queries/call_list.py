"""*To call first* as the page shows it: one row per customer with the reason in facts."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.ui import formatting
from fleuve.value.queries.views import CallList, CallRow
from fleuve.workspace.queries.wording import dialled, spoken
from fleuve.workspace.rules import number_told

__all__ = ["CallLine", "CallPage", "call_page"]

_STOPPED_SHOWN = 2


@dataclass(frozen=True)
class CallLine:
    """One customer to call."""

    party_id: int
    url: str
    mark_url: str
    name: str
    where: str
    reason: str
    usual_gap: str
    silence: str
    revenue: str
    revenue_before: str
    has_fallen: bool
    stopped: str
    at_stake: str
    phone: str
    phone_link: str
    email: str
    refusal: str
    marked: str


@dataclass(frozen=True)
class CallPage:
    """The list, what it is worth and who was left out."""

    lines: tuple[CallLine, ...]
    summary: str
    hidden: tuple[str, ...]
    total: int
    rule: str


def call_page(calls: CallList) -> CallPage:
    """The call list in words of the active language."""
    return CallPage(
        lines=tuple(_line(row, calls.currency) for row in calls.rows),
        summary=_summary(calls),
        hidden=tuple(_hidden(calls)),
        total=calls.total,
        rule=_rule(calls),
    )


def _summary(calls: CallList) -> str:
    words = {
        "count": formatting.number(calls.total),
        "money": formatting.money_short(calls.at_stake, calls.currency),
    }
    sentence = ngettext(
        "%(count)s customer is silent beyond their own rhythm, with %(money)s at stake.",
        "%(count)s customers are silent beyond their own rhythm, with %(money)s at stake.",
        calls.total,
    )
    return sentence % words


def _hidden(calls: CallList) -> list[str]:
    said = []
    if calls.hidden_refused:
        sentence = ngettext(
            "%(count)s more refuses to be called and is not shown.",
            "%(count)s more refuse to be called and are not shown.",
            calls.hidden_refused,
        )
        said.append(sentence % {"count": formatting.number(calls.hidden_refused)})
    if calls.hidden_marked:
        sentence = ngettext(
            "%(count)s is marked and set aside.", "%(count)s are marked and set aside.", calls.hidden_marked
        )
        said.append(sentence % {"count": formatting.number(calls.hidden_marked)})
    if calls.beyond:
        sentence = ngettext(
            "%(count)s more with less at stake is in the list of customers.",
            "%(count)s more with less at stake are in the list of customers.",
            calls.beyond,
        )
        said.append(sentence % {"count": formatting.number(calls.beyond)})
    return said


def _rule(calls: CallList) -> str:
    if calls.uses == "naive":
        return _("Listed by the naive rule (silent for more than %(days)s): it was as good on past months.") % {
            "days": formatting.days(calls.naive_days)
        }
    return _("Listed by each customer's own rhythm, ordered by the money at stake.")


def _line(row: CallRow, currency: str) -> CallLine:
    before = row.revenue_12_before
    return CallLine(
        party_id=row.party_id,
        url=reverse("workspace:customer", args=[row.party_id]),
        mark_url=reverse("workspace:call_mark", args=[row.party_id]),
        name=row.name or row.customer_number,
        where=_where(row),
        reason=row.reason,
        usual_gap=formatting.days(round(row.usual_gap_days)),
        silence=formatting.days(row.silent_days),
        revenue=formatting.money(row.revenue_12, currency, decimals=0),
        revenue_before="" if before is None else formatting.money(before, currency, decimals=0),
        has_fallen=before is not None and row.revenue_12 < before,
        stopped=_stopped(row),
        at_stake=formatting.money(row.at_stake, currency, decimals=0),
        phone=dialled(row.phone) if row.may_phone else "",
        phone_link="".join(sign for sign in row.phone if sign.isdigit() or sign == "+"),
        email=row.email if row.may_email else "",
        refusal=_refusal(row),
        marked=_marked(row),
    )


def _refusal(row: CallRow) -> str:
    if not row.has_refusal:
        return ""
    return _("Refuses e-mails") if row.email and not row.may_email else _("Refuses a channel")


def _stopped(row: CallRow) -> str:
    names = list(dict.fromkeys(spoken(product.name) for product in row.stopped))
    return formatting.items(names[:_STOPPED_SHOWN]) if names else ""


def _where(row: CallRow) -> str:
    simulated = _("simulated") if row.is_simulated else ""
    number = number_told(row.customer_number, may_email=row.may_email)
    return " · ".join(part for part in (number if row.name else "", row.country, simulated) if part)


def _marked(row: CallRow) -> str:
    if row.mark is None:
        return ""
    outcomes = {"called": _("Called"), "not_now": _("Not now"), "wrong": _("Wrongly listed")}
    return _("%(outcome)s by %(who)s") % {
        "outcome": outcomes.get(row.mark.outcome, row.mark.outcome),
        "who": row.mark.by_label,
    }
