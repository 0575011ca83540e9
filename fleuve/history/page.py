"""The page *What I understood*, prepared: which source, its figures and answers, and the work under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.history.queries import RevenueYear, generation, is_built, understanding
from fleuve.history.queries.understanding import SpecialCustomer, Understanding
from fleuve.history.words import kind_label, state_label, state_reason
from fleuve.jobs.queries import JobState, live_job
from fleuve.kernel.principal import Principal
from fleuve.parties.models import Source
from fleuve.touchpoints.models import Purchase, SourceSettings
from fleuve.ui.formatting import day, money, number
from fleuve.ui.tables import Cell, Column, Table, TableRow

__all__ = ["UnderstoodPage", "lines_url", "understood_page"]

# The order in which a reader asks: what counts, what came back, what stays out.
_ORDER = (
    "counted",
    "partly_returned",
    "walk_in",
    "return_unmatched",
    "returned",
    "return_matched",
    "set_aside",
    "write_off",
    "free",
    "special",
    "not_counted_status",
    "duplicate_dropped",
)


@dataclass(frozen=True)
class Returns:
    """What came back: with its purchase, without it, and whole orders."""

    matched_lines: int
    matched_amount: int
    unmatched_lines: int
    unmatched_amount: int
    cancelled_orders: int


@dataclass(frozen=True)
class SpecialRow:
    """Somebody who is no customer, in words."""

    found: SpecialCustomer
    label: object
    why: object


@dataclass(frozen=True)
class UnderstoodPage:
    """Everything that the template draws."""

    figures: Understanding | None
    sources: Sequence[Source]
    source: Source | None
    settings: SourceSettings | None
    generation: int
    years: Table | None
    states: Table | None
    plans: Table | None
    job: JobState | None

    @property
    def returns(self) -> Returns | None:
        """The returns of the file."""
        found = self.figures
        if found is None:
            return None
        return Returns(
            found.lines("return_matched"),
            found.told("return_matched"),
            found.lines("return_unmatched"),
            found.told("return_unmatched"),
            found.totals.cancelled_orders,
        )

    @property
    def special_rows(self) -> list[SpecialRow]:
        """Detected and told, richest first."""
        whys = {"told": _("said by a person or the file"), "name": _("by the name"), "rhythm": _("by the rhythm")}
        found = self.figures.specials if self.figures else ()
        return [SpecialRow(special, kind_label(special.special), whys[special.why]) for special in found]

    @property
    def curiosities(self) -> list[tuple[object, str]]:
        """Small facts that a bookkeeper asks about."""
        if self.figures is None:
            return []
        totals = self.figures.totals
        return [
            (_("Lines at price zero"), number(totals.zero_prices)),
            (_("Lines under a hundredth of the currency"), number(totals.under_a_penny)),
            (_("Lines at a negative price"), number(totals.negative_prices)),
            (_("Customers billed the same amount every month"), number(totals.subscription_like)),
            (_("Customers with credits only"), number(totals.only_credits)),
            (_("Customers whose revenue is zero or less"), number(totals.not_positive)),
        ]


def _plans(figures: Understanding, currency: str) -> Table:
    columns = (
        Column("plan", _("Plan"), primary=True),
        Column("price", _("A debit"), numeric=True),
        Column("customers", _("Customers"), numeric=True),
        Column("regular", _("Every month, six times and more"), numeric=True, narrow=False),
        Column("revenue", _("Revenue"), numeric=True),
    )
    rows = [
        TableRow(
            str(place),
            (
                plan.name or _("Without a product"),
                money(plan.price, currency) if plan.price else _("various"),
                number(plan.customers),
                number(plan.regular),
                money(plan.revenue, currency),
            ),
        )
        for place, plan in enumerate(figures.plans)
    ]
    return Table(id="plans", caption=_("Plans that are debited every month"), columns=columns, rows=tuple(rows))


def understood_page(principal: Principal, currency: str, wanted: int | None) -> UnderstoodPage:
    """The page for one source, the only one unless another is wanted."""
    # A file that was looked at and put aside has named its source, and brought nothing of it.
    told = Purchase.objects.visible_to(principal).filter(source=OuterRef("pk"))
    sources = list(Source.objects.visible_to(principal).exclude(key="manual").filter(Exists(told)).order_by("name"))
    source = next((found for found in sources if found.pk == wanted), sources[0] if sources else None)
    figures = understanding(source.pk) if source and is_built() else None
    settings = _settings(principal, source) if source else None
    return UnderstoodPage(
        figures=figures,
        sources=sources,
        source=source,
        settings=settings,
        generation=generation() if figures else 0,
        years=_years(figures, currency) if figures else None,
        states=_states(figures, source, currency) if figures and source else None,
        plans=_plans(figures, currency) if figures and figures.plans else None,
        job=live_job(principal, "value.revalue", "history.rebuild"),
    )


def _settings(principal: Principal, source: Source) -> SourceSettings:
    told = SourceSettings.objects.visible_to(principal).filter(source=source).first()
    return told or SourceSettings(source=source, updated_at=source.created_at)


def lines_url(state: str = "", kind: str = "", source: int | None = None, *, identical: bool = False) -> str:
    """Where the lines behind a number are listed."""
    told = {"state": state, "kind": kind, "source": source, "identical": "1" if identical else ""}
    return reverse("history:lines") + "?" + urlencode({name: value for name, value in told.items() if value})


def _years(figures: Understanding, currency: str) -> Table:
    columns = (
        Column("year", _("Year"), primary=True),
        Column("told", _("Revenue as told"), numeric=True, hint=_("every line of the file")),
        Column("counted", _("Revenue that counts"), numeric=True, hint=_("by the rules below, without VAT")),
        Column("orders", _("Orders"), numeric=True),
    )
    rows = [
        TableRow(
            str(year.year),
            (
                Cell(str(year.year), note=_note(year, figures.totals.last_day)),
                money(year.told, currency),
                money(year.counted, currency),
                number(year.orders),
            ),
        )
        for year in figures.years
    ]
    totals = figures.totals
    told = (_("Together"), money(totals.told, currency), money(totals.counted, currency), number(totals.orders))
    rows.append(TableRow("total", told))
    return Table(id="years", caption=_("Revenue by year"), columns=columns, rows=tuple(rows))


def _note(year: RevenueYear, last_day: date) -> str:
    """What keeps a year from being compared with a year of the books."""
    if year.is_partial:
        return _("until %(day)s") % {"day": day(last_day)}
    if year.months < 12:
        return ngettext("%(count)s month", "%(count)s months", year.months) % {"count": year.months}
    return ""


def _states(figures: Understanding, source: Source, currency: str) -> Table:
    columns = (
        Column("state", _("What became of the lines"), primary=True),
        Column("lines", _("Lines"), numeric=True),
        Column("amount", _("As told"), numeric=True),
        Column("counted", _("Counts"), numeric=True),
        Column("why", _("Why"), narrow=False),
    )
    rows = []
    for row in sorted(figures.states, key=lambda row: (_ORDER.index(row.state), row.kind)):
        name = str(state_label(row.state))
        rows.append(
            TableRow(
                f"{row.state}-{row.kind}",
                (
                    Cell(
                        _("%(state)s: %(kind)s") % {"state": name, "kind": kind_label(row.kind)} if row.kind else name,
                        url=lines_url(row.state, row.kind, source.pk),
                    ),
                    number(row.lines),
                    money(row.amount, currency),
                    money(row.counted, currency),
                    state_reason(row.state),
                ),
            )
        )
    totals = figures.totals
    together = (_("All lines of the file"), number(totals.lines), money(totals.told, currency))
    rows.append(TableRow("total", (*together, money(totals.counted, currency), "")))
    return Table(id="states", caption=_("Lines by what became of them"), columns=columns, rows=tuple(rows))
