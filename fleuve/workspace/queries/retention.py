"""The page *Retention* in words, tables and charts: who stays, who leaves, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.ui import charts, formatting
from fleuve.ui.charts import Chart
from fleuve.ui.tables import Column, Table, TableRow
from fleuve.value.queries.views import Cohort, PeriodRow, RetentionView, Returns

__all__ = ["RetentionPage", "Stat", "retention_page"]

_COHORT_MONTHS = 18
_UNITS = ("years", "quarters", "months")


@dataclass(frozen=True)
class Stat:
    """A figure with its words."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class RetentionPage:
    """What the page shows."""

    answer: str
    meta: tuple[str, ...]
    stats: tuple[Stat, ...]
    growth: Chart | None
    periods: Table | None
    cohorts: Chart | None
    returns: Chart | None
    rhythm: str
    measured_days: int | None
    told_days: str


def retention_page(view: RetentionView) -> RetentionPage:
    """The retention of a portfolio that was valued."""
    unit, rows = _main_periods(view)
    last = rows[-1] if rows else None
    return RetentionPage(
        answer=_answer(last, unit, view),
        meta=tuple(_meta(view)),
        stats=tuple(_stats(last, view)),
        growth=_growth(last, unit, view),
        periods=_periods(rows, unit, view.currency) if rows else None,
        cohorts=_cohorts(view.cohorts, view) if view.cohorts else None,
        returns=_returns(view.returns, view) if view.returns else None,
        rhythm=_rhythm(view) if view.returns else "",
        measured_days=round(view.returns.usual_days) if view.returns else None,
        told_days="" if view.house_rule_days is None else f"{view.house_rule_days:g}",
    )


def _main_periods(view: RetentionView) -> tuple[str, list[PeriodRow]]:
    """The longest period of which two complete ones were seen: years before quarters before months."""
    for unit in _UNITS:
        rows = [row for row in getattr(view, unit) if row.kept is not None]
        if rows:
            return unit, rows
    return "months", []


def _answer(last: PeriodRow | None, unit: str, view: RetentionView) -> str:
    if last is None or last.kept is None or last.kept.retention is None:
        return _("Too few complete periods yet to say who stays: two months of the same kind are needed.")
    kept = last.kept
    sentence = {
        "years": _("Of %(customers)s customers of the year before, %(kept)s bought again in %(period)s: %(share)s."),
        "quarters": _(
            "Of %(customers)s customers of the quarter before, %(kept)s bought again in %(period)s: %(share)s."
        ),
        "months": _("Of %(customers)s customers of the month before, %(kept)s bought again in %(period)s: %(share)s."),
    }[unit]
    counted = sentence % {
        "customers": formatting.number(kept.customers),
        "kept": formatting.number(kept.kept),
        "period": _period(unit, last.key),
        "share": formatting.percent(kept.retention),
    }
    valued = _("Those who left had brought %(lost)s, %(share)s of the money before.") % {
        "lost": formatting.money_short(kept.money_lost, view.currency),
        "share": formatting.percent(kept.money_lost / kept.money_before) if kept.money_before else "–",
    }
    return f"{counted} {valued}"


def _period(unit: str, key: int) -> str:
    if unit == "years":
        return _("the year from %(month)s") % {"month": formatting.month(key)}
    if unit == "quarters":
        return formatting.quarter(key // 100, (key % 100 - 1) // 3 + 1)
    return formatting.month(key)


def _meta(view: RetentionView) -> list[str]:
    said = [_("As of %(day)s") % {"day": formatting.day(view.as_of)}] if view.as_of else []
    if view.basis == "revenue":
        said.append(_("Stated in revenue: no gross margin is known yet"))
    elif view.margin_is_assumed:
        said.append(_("Margin as you assumed it; cost to serve not included"))
    said.append(_("Attrition is what retention leaves: the two always add up to 100 %"))
    return said


def _stats(last: PeriodRow | None, view: RetentionView) -> list[Stat]:
    stats = []
    if last is not None and last.kept is not None:
        kept = last.kept
        stats = [
            Stat(_("Customers kept"), _share(kept.retention), _("%(count)s customers") % _count(kept.kept)),
            Stat(_("Attrition"), _share(kept.attrition), _("%(count)s customers") % _count(kept.lost)),
            Stat(
                _("Money kept"),
                _share(kept.money_retention_gross),
                _("counting nobody for more than they brought before"),
            ),
            Stat(_("Money kept, with growth"), _share(kept.money_retention_net), _("with what kept customers add")),
        ]
    if view.point_of_retention is not None:
        stats.append(
            Stat(
                _("One point of retention more"),
                formatting.signed_money(view.point_of_retention, view.currency, decimals=0),
                _("before what it costs to get"),
            )
        )
    return stats


def _share(value: float | None) -> str:
    return "–" if value is None else formatting.percent(value)


def _count(value: int) -> dict[str, str]:
    return {"count": formatting.number(value)}


def _earlier(unit: str, key: int) -> int:
    """The period before, by its first month."""
    months = (key // 100) * 12 + key % 100 - 1 - {"years": 12, "quarters": 3, "months": 1}[unit]
    return months // 12 * 100 + months % 12 + 1


def _growth(last: PeriodRow | None, unit: str, view: RetentionView) -> Chart | None:
    if last is None or last.growth is None:
        return None
    growth, step = last.growth, charts.Step
    change = growth.now - growth.before
    before, now = _period(unit, _earlier(unit, last.key)), _period(unit, last.key)
    words = {
        "before": before,
        "now": now,
        "change": formatting.signed_money(change, view.currency, decimals=0),
        "new": formatting.money_short(growth.new, view.currency),
    }
    return charts.bridge(
        [
            step(before, growth.before, "total"),
            step(_("New"), growth.new),
            step(_("Came back"), growth.returned),
            step(_("Bought more"), growth.grown),
            step(_("Bought less"), -growth.shrunk),
            step(_("Left"), -growth.lost),
            step(now, growth.now, "total"),
        ],
        signed=lambda amount: formatting.signed_money(round(amount), view.currency, decimals=0),
        show=lambda amount: formatting.money_short(round(amount), view.currency),
        title=_("%(change)s from %(before)s to %(now)s, of which %(new)s from new customers") % words,
        unit=_("Margin") if view.basis == "margin" else _("Revenue"),
        source=_("Purchases"),
        as_of=formatting.day(view.as_of),
    )


def _periods(rows: list[PeriodRow], unit: str, currency: str) -> Table:
    def money(minor: int) -> str:
        return formatting.money_short(minor, currency)

    return Table(
        id="periods",
        caption=_("Retention, counted and valued, beside acquisition"),
        columns=(
            Column("period", _("Period"), primary=True),
            Column("customers", _("Customers before"), numeric=True),
            Column("kept", _("Kept"), numeric=True),
            Column("lost", _("Left"), numeric=True),
            Column("money", _("Money before"), numeric=True),
            Column("money_kept", _("Money kept"), numeric=True),
            Column("money_lost", _("Money lost"), numeric=True),
            Column("new", _("Money from new customers"), numeric=True),
        ),
        rows=tuple(
            TableRow(
                id=str(row.key),
                cells=(
                    _period(unit, row.key),
                    formatting.number(row.kept.customers),
                    f"{formatting.number(row.kept.kept)} ({_share(row.kept.retention)})",
                    f"{formatting.number(row.kept.lost)} ({_share(row.kept.attrition)})",
                    money(row.kept.money_before),
                    f"{money(row.kept.money_kept_gross)} ({_share(row.kept.money_retention_gross)})",
                    money(row.kept.money_lost),
                    money(row.growth.new) if row.growth else "–",
                ),
            )
            for row in reversed(rows)
            if row.kept is not None
        ),
    )


def _cohorts(cohorts: tuple[Cohort, ...], view: RetentionView) -> Chart:
    shown = [cohort for cohort in cohorts[-_COHORT_MONTHS:] if len(cohort.buyers) > 1] or list(cohorts[-1:])
    width = max(len(cohort.buyers) for cohort in shown)
    values = [
        [
            cohort.buyers[place] / cohort.size if place < len(cohort.buyers) and cohort.size else None
            for place in range(1, width)
        ]
        for cohort in shown
    ]
    incomplete = {(row, place - 1) for row, cohort in enumerate(shown) for place in cohort.incomplete if place >= 1}
    seen = [value for row in values for value in row[:1] if value is not None]
    title = _("Of a month's new customers, %(share)s buy again the month after") % {
        "share": formatting.percent(sum(seen) / len(seen)) if seen else "–"
    }
    return charts.heat(
        [formatting.month(cohort.month) for cohort in shown],
        [formatting.number(place) for place in range(1, width)],
        values,
        incomplete=incomplete,
        row_notes=[_customers(cohort.size) for cohort in shown],
        corner=_("First bought in"),
        show=formatting.percent,
        title=title,
        unit=_("Share buying in each month after their first"),
        source=_("Purchases; customers already there when the file begins are left out"),
        as_of=formatting.day(view.as_of),
        note=_("Greyed cells: the month is not complete."),
    )


def _customers(count: int) -> str:
    sentence = ngettext("%(count)s customer", "%(count)s customers", count)
    return sentence % {"count": formatting.number(count)}


def _returns(found: Returns, view: RetentionView) -> Chart:
    half = round(found.half_days)
    return charts.curve(
        [(float(days), share) for days, share in found.points],
        marks=[charts.Mark(found.nine_tenths_days, 0.9, _("nine of ten"), tone="neutral")],
        x_label=_("Days since the last purchase"),
        x_show=formatting.number,
        show=formatting.percent,
        title=_("Half of those who come back do so within %(days)s") % {"days": formatting.days(half)},
        unit=_("Share back by then"),
        source=_("%(count)s gaps between purchase days") % _count(found.gaps),
        as_of=formatting.day(view.as_of),
    )


def _rhythm(view: RetentionView) -> str:
    found = view.returns
    if found is None:
        return ""
    words = {
        "usual": formatting.days(round(found.usual_days)),
        "nine": formatting.days(round(found.nine_tenths_days)),
    }
    if view.house_rule_days is not None:
        return _(
            "House rule, as you set it: customers usually come back after %(usual)s. Each customer with a rhythm of "
            "their own is judged by that one."
        ) % {"usual": formatting.days(round(view.house_rule_days))}
    return (
        _(
            "House rule, read off the data: customers usually come back after %(usual)s; nine of ten who do are back "
            "within %(nine)s. Each customer with a rhythm of their own is judged by that one."
        )
        % words
    )
