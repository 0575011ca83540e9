"""The answer part of the page: an estimate put into sentences, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.budgets.estimation import BandBudget, Estimate, value_curve
from fleuve.budgets.rules import Spread, question
from fleuve.kernel.money import minor_exponent
from fleuve.ui import charts, formatting
from fleuve.ui.charts import Chart
from fleuve.ui.figures import Figure
from fleuve.ui.tables import Cell, Column, Table, TableRow

__all__ = ["Answer", "PortfolioValue", "answer_page"]


@dataclass(frozen=True)
class Answer:
    """Everything that the answer part shows, in words and figures."""

    acquire: str
    keep: str
    worth: str
    figures: tuple[Figure, ...]
    sentences: tuple[str, ...]
    today: Table | None
    bands: Table | None
    curves: tuple[Chart, ...]
    matters: tuple[str, ...]
    reconciliation: str


@dataclass(frozen=True)
class PortfolioValue:
    """What the page Portfolio says of the same customers: minor units over a horizon in months."""

    value: int
    horizon_months: int
    customers: int


def answer_page(
    estimate: Estimate,
    answers: Mapping[str, Spread],
    *,
    currency: str,
    spend_is_known: bool,
    portfolio: PortfolioValue | None = None,
) -> Answer:
    """The estimate as the page shows it, in the active language."""
    money = _Money(currency)
    ranges = estimate.ranges
    return Answer(
        acquire=money.span(_spread(ranges.acquisition_spend)),
        keep=money.span(_spread(ranges.retention_spend)),
        worth=money.span(_spread(ranges.lifetime_value)),
        figures=_figures(estimate, money),
        sentences=tuple(_sentences(estimate, answers, money)),
        today=_today(estimate, money) if spend_is_known else None,
        bands=_bands(estimate.bands, money) if estimate.bands else None,
        curves=tuple(_curve(side, estimate, answers, money, spend_is_known) for side in ("acquisition", "retention")),
        matters=_matters(ranges.matters),
        reconciliation=_reconciliation(estimate, answers, portfolio, money) if portfolio else "",
    )


class _Money:
    """Amounts in major units as text of one currency."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self._factor = 10 ** minor_exponent(currency)

    def text(self, amount: float) -> str:
        decimals = 2 if abs(amount) < 100 else 0
        return formatting.money(round(amount * self._factor), self.currency, decimals=decimals)

    def tick(self, amount: float) -> str:
        """A round amount on an axis: no cents where there are none."""
        decimals = 0 if abs(amount) >= 100 or amount == round(amount) else 2
        return formatting.money(round(amount * self._factor), self.currency, decimals=decimals)

    def signed(self, amount: float) -> str:
        return formatting.signed_money(round(amount * self._factor), self.currency, decimals=0)

    def short(self, amount: float) -> str:
        return formatting.money_short(round(amount * self._factor), self.currency)

    def span(self, spread: Spread) -> str:
        low, high = self.text(spread.low), self.text(spread.high)
        return low if low == high else formatting.interval(low, high)


def _spread(found: object) -> Spread:
    return Spread(found.low, found.likely, found.high)  # type: ignore[attr-defined]


def _figures(estimate: Estimate, money: _Money) -> tuple[Figure, ...]:
    ranges = estimate.ranges

    def amount(label: str, spread: Spread, note: str) -> Figure:
        return Figure(label, money.text(spread.likely), money.text(spread.low), money.text(spread.high), note)

    figures = [
        amount(_("Acquiring, per person approached"), _spread(ranges.acquisition_spend), _won(ranges)),
        amount(_("Keeping, per customer and year"), _spread(ranges.retention_spend), _kept(ranges)),
        amount(
            _("A customer is worth"),
            _spread(ranges.lifetime_value),
            _("Also the ceiling: winning one must never cost more."),
        ),
    ]
    if estimate.cost_per_customer_won is not None and estimate.ranges.best.acquisition_spend > 0:
        figures.append(
            Figure(
                _("Cost of winning one customer"),
                money.text(estimate.cost_per_customer_won),
                note=_payback(estimate.payback_years),
            )
        )
    return tuple(figures)


def _won(ranges: object) -> str:
    spread = _spread(ranges.acquisition_rate)  # type: ignore[attr-defined]
    return _("wins %(share)s of them") % {"share": formatting.percent_interval(spread.low, spread.high)}


def _kept(ranges: object) -> str:
    spread = _spread(ranges.retention_rate)  # type: ignore[attr-defined]
    return _("keeps %(share)s of them") % {"share": formatting.percent_interval(spread.low, spread.high)}


def _payback(years: int | None) -> str:
    if years is None:
        return _("Never earned back: a customer leaves before that.")
    if years == 0:
        return _("Earned back within the first year.")
    later = ngettext("Earned back %(count)s year later.", "Earned back %(count)s years later.", years)
    return later % {"count": formatting.number(years)}


def _sentences(estimate: Estimate, answers: Mapping[str, Spread], money: _Money) -> list[str]:
    wished = formatting.percent(answers["retention_floor"].likely)
    floor = estimate.floor
    if floor.spend is None:
        said = [_("No budget keeps %(share)s of customers: that is above what unlimited money reaches.")]
    elif floor.price_per_customer < 0.005:
        said = [_("Keeping at least %(share)s of customers takes %(spend)s a year each.")]
    else:
        said = [
            _(
                "Keeping at least %(share)s of customers takes %(spend)s a year each. "
                "Spending just that much instead of the best amount gives up %(price)s of value per customer."
            )
        ]
    words = {
        "share": wished,
        "spend": money.span(floor.spend) if floor.spend else "",
        "price": money.text(floor.price_per_customer),
    }
    sentences = [said[0] % words]
    if estimate.moving is not None:
        low, high = (money.signed(side) for side in (estimate.moving.low, estimate.moving.high))
        moved = _("Moving %(amount)s from acquiring to keeping changes a year's result by %(low)s to %(high)s.")
        sentences.append(moved % {"amount": money.text(estimate.moved), "low": low, "high": high})
    return sentences


def _today(estimate: Estimate, money: _Money) -> Table:
    best, today = estimate.ranges.best, estimate.ranges.best.today
    rows = (
        (_("Acquiring, per person approached"), "acquisition_spend", money.text),
        (_("Share won"), "acquisition_rate", _percent),
        (_("Keeping, per customer and year"), "retention_spend", money.text),
        (_("Share kept"), "retention_rate", _percent),
        (_("A customer is worth"), "lifetime_value", money.text),
        (_("Earned per person approached"), "equity_per_prospect", money.text),
    )
    return Table(
        id="today",
        caption=_("Today beside the best split"),
        columns=(
            Column("what", _("Figure"), primary=True),
            Column("today", _("Today"), numeric=True),
            Column("best", _("Best"), numeric=True),
        ),
        rows=tuple(
            TableRow(id=name, cells=(label, show(getattr(today, name)), show(getattr(best, name))))
            for label, name, show in rows
        ),
    )


def _percent(rate: float) -> str:
    return formatting.percent(rate, decimals=1)


def _bands(bands: tuple[BandBudget, ...], money: _Money) -> Table:
    return Table(
        id="bands",
        caption=_("What keeping a customer deserves, by what customers bring"),
        columns=(
            Column("band", _("Band"), primary=True),
            Column("customers", _("Customers"), numeric=True, narrow=False),
            Column("margin", _("A year brings, each"), numeric=True, narrow=False),
            Column("spend", _("Spend on keeping, each"), numeric=True, hint=_("Likely, and its range")),
            Column("budget", _("Budget of the band"), numeric=True),
        ),
        rows=tuple(
            TableRow(
                id=entry.band.key,
                cells=(
                    entry.band.label,
                    formatting.number(entry.band.customers),
                    money.text(entry.margin),
                    Cell(money.text(entry.spend.likely), note=money.span(entry.spend)),
                    money.short(entry.yearly_budget.likely),
                ),
            )
            for entry in bands
        ),
    )


def _curve(side: str, estimate: Estimate, answers: Mapping[str, Spread], money: _Money, spend_is_known: bool) -> Chart:
    best = estimate.ranges.best
    value_of = {"acquisition": "equity_per_prospect", "retention": "lifetime_value"}[side]
    at_best = getattr(best, f"{side}_spend")
    marks = [charts.Mark(at_best, getattr(best, value_of), _("Best"))]
    points = value_curve(answers, side)
    if spend_is_known:
        spent = answers[f"{side}_spend"].likely
        nearest = min(points, key=lambda point: abs(point[0] - spent))
        marks.append(charts.Mark(nearest[0], nearest[1], _("Today's spending")))
    if side == "acquisition":
        title = _("Beyond %(spend)s per person approached, more spending wins less than it costs")
        x_label = _("Spent per person approached")
        unit = _("Earned per person approached")
    else:
        title = _("Beyond %(spend)s a year per customer, more spending keeps less than it costs")
        x_label = _("Spent per customer and year")
        unit = _("Worth of a customer")
    return charts.curve(
        points,
        marks=marks,
        x_label=x_label,
        x_show=money.tick,
        show=money.text,
        title=title % {"spend": money.text(at_best)},
        unit=unit,
        source=_("Your answers, at their likely values"),
        as_of="",
    )


def _matters(matters: Mapping[str, float]) -> tuple[str, ...]:
    """The questions whose doubt moves the result most, in words: what to measure first."""
    names = {"retention_base_rate": "retention_base"}
    ordered = sorted(matters.items(), key=lambda item: -item[1])
    return tuple(str(question(names.get(name, name)).label) for name, share in ordered[:3] if share >= 0.05)


def _reconciliation(estimate: Estimate, answers: Mapping[str, Spread], portfolio: PortfolioValue, money: _Money) -> str:
    """One value, said once: how this page's figure and the Portfolio's belong together."""
    sentence = ngettext(
        "The Portfolio puts today's customers at %(portfolio)s over %(months)s month, undiscounted, from how each of "
        "them buys. This page puts %(customers)s like the average at %(here)s for as long as they stay, discounted at "
        "%(rate)s a year, from the share kept. They differ in horizon, discount and what retention means.",
        "The Portfolio puts today's customers at %(portfolio)s over %(months)s months, undiscounted, from how each of "
        "them buys. This page puts %(customers)s like the average at %(here)s for as long as they stay, discounted at "
        "%(rate)s a year, from the share kept. They differ in horizon, discount and what retention means.",
        portfolio.horizon_months,
    )
    return sentence % {
        "portfolio": formatting.money_short(portfolio.value, money.currency),
        "months": formatting.number(portfolio.horizon_months),
        "customers": formatting.number(portfolio.customers),
        "here": money.short(estimate.ranges.lifetime_value.likely * portfolio.customers),
        "rate": formatting.percent(answers["discount_rate"].likely, decimals=1),
    }
