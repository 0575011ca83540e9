"""The page *Portfolio* in words, tables and charts, from the view that ``value`` gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fleuve.ui import charts, formatting
from fleuve.ui.charts import Chart
from fleuve.ui.tables import Cell, Column, Table, TableRow
from fleuve.value.queries import band_label
from fleuve.value.queries.views import (
    BridgeRow,
    Concentration,
    Headline,
    KeyAccount,
    PortfolioView,
    River,
    StageCount,
)

__all__ = ["PortfolioPage", "portfolio_page"]

_BRIDGE_MONTHS = 13


@dataclass(frozen=True)
class PortfolioPage:
    """What the page shows besides the list to call."""

    answer: str
    coverage: str
    meta: tuple[str, ...]
    bridge: Chart | None
    realised: str
    months: Table | None
    picture: Chart | None
    stages: Table
    accounts: Table | None
    accounts_note: str


def portfolio_page(view: PortfolioView) -> PortfolioPage:
    """The portfolio of a valuation that was made (``view.state == "valued"``)."""
    head = view.headline
    assert head is not None
    money = _Money(head.currency)
    return PortfolioPage(
        answer=_answer(head, money),
        coverage=_coverage(head),
        meta=tuple(_meta(head)),
        bridge=_bridge(view.bridge, head, money),
        realised=_realised(view.bridge, head, money),
        months=_months(view.bridge, money) if len(view.bridge) > 1 else None,
        picture=_picture(view, head),
        stages=_stages(view.stages, money),
        accounts=_accounts(view.key_accounts, money) if view.key_accounts else None,
        accounts_note=_accounts_note(view, money),
    )


class _Money:
    """Amounts in minor units as text of one currency."""

    def __init__(self, currency: str) -> None:
        self.currency = currency

    def whole(self, minor: float) -> str:
        return formatting.money(round(minor), self.currency, decimals=0)

    def short(self, minor: float) -> str:
        return formatting.money_short(round(minor), self.currency)

    def signed(self, minor: float) -> str:
        return formatting.signed_money(round(minor), self.currency, decimals=0)


def _answer(head: Headline, money: _Money) -> str:
    words = {
        "customers": formatting.number(head.customers),
        "active": formatting.number(round(head.expected_active, -1)),
        "day": formatting.day(head.until, "long"),
        "value": money.short(head.value),
        "range": formatting.money_interval(head.low, head.high, head.currency),
    }
    if head.basis == "margin":
        sentence = _(
            "Of %(customers)s customers about %(active)s should buy again by %(day)s; "
            "they should bring %(value)s of margin (%(range)s)."
        )
    else:
        sentence = _(
            "Of %(customers)s customers about %(active)s should buy again by %(day)s; "
            "they should bring %(value)s of revenue (%(range)s)."
        )
    return sentence % words


def _coverage(head: Headline) -> str:
    if head.walk_in_share < 0.0005:
        return ""
    return _("This covers %(covered)s of revenue: %(rest)s has no customer.") % {
        "covered": formatting.percent(1 - head.walk_in_share, decimals=1),
        "rest": formatting.percent(head.walk_in_share, decimals=1),
    }


def _meta(head: Headline) -> list[str]:
    said = [_("As of %(day)s") % {"day": formatting.day(head.as_of)}]
    if head.basis == "revenue":
        said.append(_("Stated in revenue: no gross margin is known yet"))
    elif head.margin_is_assumed:
        said.append(_("Margin as you assumed it; cost to serve not included"))
    else:
        said.append(_("Cost to serve not included"))
    if head.range_from == "backtest":
        said.append(_("The range is as wide as past forecasts were wrong"))
    else:
        said.append(_("The range is the doubt about the model's parameters"))
    if head.is_under_two_years:
        said.append(_("No season has been seen twice yet: the range cannot know it"))
    return said


def _bridge(rows: tuple[BridgeRow, ...], head: Headline, money: _Money) -> Chart | None:
    steps_of = [row for row in rows if not row.is_first]
    if not steps_of:
        return None
    row = steps_of[-1]
    step = charts.Step
    changes = (
        (_("New"), row.new),
        (_("Already there"), row.already_there),
        (_("Won back"), row.won_back),
        (_("Grown"), row.grown),
        (_("Shrunk"), row.shrunk),
        (_("Lost"), row.lost),
        (_("Change of method"), row.method),
    )
    steps = [
        step(_("Opening"), row.opening, "total"),
        *(step(label, amount) for label, amount in changes if amount),
        step(_("Closing"), row.closing, "total"),
    ]
    words = {"month": formatting.month(row.month), "change": money.signed(row.closing - row.opening)}
    return charts.bridge(
        steps,
        signed=money.signed,
        show=money.short,
        title=_("The portfolio's value changed by %(change)s in %(month)s") % words,
        unit=_basis_unit(head),
        source=_("Purchases, valued at each month-end with the parameters of that month"),
        as_of=formatting.month(row.month),
    )


def _basis_unit(head: Headline) -> str:
    months = formatting.number(head.horizon_months)
    if head.basis == "margin":
        return _("Margin of the next %(months)s months") % {"months": months}
    return _("Revenue of the next %(months)s months") % {"months": months}


def _realised(rows: tuple[BridgeRow, ...], head: Headline, money: _Money) -> str:
    if not rows:
        return ""
    row = rows[-1]
    words = {"amount": money.whole(row.realised), "month": formatting.month(row.month)}
    if head.basis == "margin":
        return _("Margin earned in %(month)s: %(amount)s.") % words
    return _("Revenue earned in %(month)s: %(amount)s.") % words


def _months(rows: tuple[BridgeRow, ...], money: _Money) -> Table:
    names = ("new", "won_back", "grown", "shrunk", "lost", "method")
    labels = (_("New"), _("Won back"), _("Grown"), _("Shrunk"), _("Lost"), _("Change of method"))
    shown = [row for row in rows if not row.is_first][-_BRIDGE_MONTHS:]
    return Table(
        id="bridge-months",
        caption=_("Every month: opening and the changes add up to closing, to the cent"),
        columns=(
            Column("month", _("Month"), primary=True),
            Column("opening", _("Opening"), numeric=True),
            *(Column(name, label, numeric=True) for name, label in zip(names, labels, strict=True)),
            Column("closing", _("Closing"), numeric=True),
            Column("realised", _("Earned in the month"), numeric=True),
        ),
        rows=tuple(
            TableRow(
                id=str(row.month),
                cells=(
                    formatting.month(row.month),
                    money.whole(row.opening),
                    money.signed(row.new + row.already_there),
                    *(money.signed(getattr(row, name)) for name in names[1:]),
                    money.whole(row.closing),
                    money.whole(row.realised),
                ),
            )
            for row in reversed(shown)
        ),
    )


def _picture(view: PortfolioView, head: Headline) -> Chart | None:
    return _river(view.river, head.as_of, get_language()) if view.river else _concentration(view.concentration, head)


@lru_cache(maxsize=8)  # hundreds of flows take 20 ms to lay and change with the valuation alone
def _river(river: River, as_of: date, _language: str | None) -> Chart:
    bands = sorted({flow.from_band for flow in river.flows} | {flow.to_band for flow in river.flows})
    ordered = [band for band in bands if band > 0] + [band for band in bands if band <= 0]
    places = {quarter: index for index, quarter in enumerate(river.quarters)}
    up = sum(flow.customers for flow in river.flows if 0 < flow.to_band < flow.from_band)
    down = sum(flow.customers for flow in river.flows if flow.from_band > 0 and not 0 < flow.to_band <= flow.from_band)
    return charts.river(
        [formatting.quarter(quarter // 100, (quarter % 100 - 1) // 3 + 1) for quarter in river.quarters],
        bands=[charts.Band(str(band), band_label(band)) for band in ordered],
        flows=[
            charts.Flow(places[flow.quarter] - 1, str(flow.from_band), str(flow.to_band), flow.customers)
            for flow in river.flows
            if places.get(flow.quarter, 0) > 0
        ],
        title=_("Customers rose a band %(up)s times and fell %(down)s times")
        % {"up": formatting.number(up), "down": formatting.number(down)},
        unit=_("Customers, by what they brought in twelve months"),
        source=_("Purchases"),
        as_of=formatting.day(as_of),
    )


def _concentration(found: Concentration | None, head: Headline) -> Chart | None:
    if found is None or not found.lorenz or found.top_tenth is None:
        return None
    share = formatting.percent(found.top_tenth)
    return charts.concentration(
        list(found.lorenz),
        marks=[charts.Mark(0.1, found.top_tenth, _("One tenth of customers: %(share)s") % {"share": share})],
        show=formatting.percent,
        title=_("One tenth of customers brings %(share)s") % {"share": share},
        unit=_("Share of twelve months' money"),
        source=_("Purchases"),
        as_of=formatting.day(head.as_of),
    )


def _stages(stages: tuple[StageCount, ...], money: _Money) -> Table:
    return Table(
        id="stages",
        caption=_("Where customers stand"),
        columns=(
            Column("stage", _("Stage"), primary=True),
            Column("customers", _("Customers"), numeric=True),
            Column("value", _("Value"), numeric=True),
        ),
        rows=tuple(
            TableRow(
                id=row.stage,
                cells=(
                    Cell(row.label, url=reverse("workspace:customers") + f"?f=stage:is:{row.stage}"),
                    formatting.number(row.customers),
                    money.short(row.value),
                ),
            )
            for row in stages
        ),
    )


def _accounts(accounts: tuple[KeyAccount, ...], money: _Money) -> Table:
    return Table(
        id="accounts",
        caption=_("Your biggest customers, by name"),
        columns=(
            Column("name", _("Customer"), primary=True),
            Column("revenue", _("Revenue, 12 months"), numeric=True),
            Column("value", _("Customer value"), numeric=True),
        ),
        rows=tuple(
            TableRow(
                id=str(account.party_id),
                url=reverse("workspace:customer", args=[account.party_id]),
                cells=(
                    Cell(account.name, note=_("simulated") if account.is_simulated else ""),
                    money.whole(account.revenue_12),
                    _worth(account, money),
                ),
            )
            for account in accounts
        ),
    )


def _worth(account: KeyAccount, money: _Money) -> Cell:
    if account.value is None:
        return Cell("–", note=_("group figure only"))
    return Cell(money.short(account.value), note=formatting.money_interval(account.low, account.high, money.currency))


def _accounts_note(view: PortfolioView, money: _Money) -> str:
    if not view.key_accounts:
        return ""
    return _("These %(count)s are worth %(named)s; all others together %(mass)s.") % {
        "count": formatting.number(len(view.key_accounts)),
        "named": money.short(view.key_accounts_value),
        "mass": money.short(view.mass_value),
    }
