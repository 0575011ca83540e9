"""What a valuation admits about itself, in sentences and one table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from fleuve.ui import formatting
from fleuve.ui.tables import Column, Table, TableRow
from fleuve.value.queries import group_label, model_label
from fleuve.value.rules.honesty import BackTest, ListTest, relative_error
from fleuve.value.rules.model_choice import ModelChoice, ModelScore

__all__ = ["HonestyPage", "ModelPart", "honesty_page"]


@dataclass(frozen=True)
class HonestyPage:
    """The back-test as the pages show it."""

    summary: str
    coverage: str
    coverage_holds: bool
    totals: Table
    totals_verdict: str
    deciles: Table
    lists: Table | None
    lists_verdict: str
    models: tuple[ModelPart, ...]


@dataclass(frozen=True)
class ModelPart:
    """Which model speaks for a group of customers, why, and the scores of all."""

    verdict: str
    scores: Table


def honesty_page(test: BackTest, currency: str) -> HonestyPage:
    """Predicted against what came, the ranges' coverage, and both lists judged by what followed."""
    summary = _(
        "Fitted on purchases up to %(cut)s and judged on what came until %(until)s, for %(customers)s customers."
    ) % {
        "cut": formatting.day(date.fromisoformat(test.cut)),
        "until": formatting.day(date.fromisoformat(test.until)),
        "customers": formatting.number(test.customers),
    }
    return HonestyPage(
        summary=summary,
        coverage=_coverage(test),
        coverage_holds=test.ranges_hold,
        totals=_totals(test, currency),
        totals_verdict=_totals_verdict(test),
        deciles=_deciles(test, currency),
        lists=_lists(test.lists, currency) if test.lists else None,
        lists_verdict=_verdict(test.lists) if test.lists else "",
        models=tuple(ModelPart(_model_verdict(choice), _scores(choice)) for choice in test.choices),
    )


def _model_verdict(choice: ModelChoice) -> str:
    """Which model is used, and whether the history could tell it from the others."""
    words = {
        "group": group_label(choice.group),
        "customers": formatting.number(choice.judged),
        "model": model_label(choice.chosen),
        "models": formatting.items([model_label(score.name) for score in choice.scores if score.is_tied]),
    }
    if choice.is_tie:
        return (
            _(
                "%(group)s: %(models)s gave what came the same chance, as far as %(customers)s customers can tell. "
                "The simplest of them is used: %(model)s."
            )
            % words
        )
    return (
        _("%(group)s: %(model)s is used, because it gave what came of %(customers)s customers the highest chance.")
        % words
    )


def _scores(choice: ModelChoice) -> Table:
    rows = tuple(
        TableRow(
            id=score.name,
            cells=(
                model_label(score.name),
                formatting.percent(math.exp(score.score), decimals=1),
                _behind(score),
            ),
        )
        for score in choice.scores
    )
    return Table(
        id=f"honesty-models-{choice.group}",
        caption=_("%(group)s: how likely each model held what came") % {"group": group_label(choice.group)},
        columns=(
            Column("model", _("Model"), primary=True),
            Column("chance", _("Chance given"), numeric=True),
            Column("behind", _("Behind the best"), numeric=True),
        ),
        rows=rows,
    )


def _behind(score: ModelScore) -> str:
    """By how much the chance is smaller than the best model's, with two standard errors."""
    if score.behind == 0:
        return "–"
    return _("%(less)s less (± %(error)s)") % {
        "less": formatting.percent(1 - math.exp(-score.behind), decimals=1),
        "error": formatting.percent(2 * score.error, decimals=1),
    }


def _coverage(test: BackTest) -> str:
    if not test.judged_ranges:
        return _("Too few customers have an estimate of their own to check the ranges.")
    share = formatting.percent(test.coverage)
    if test.ranges_hold:
        return _("The 80 %% ranges held what came for %(share)s of customers.") % {"share": share}
    return _(
        "The 80 %% ranges held what came for %(share)s of customers: less exact than they promise. Read them with care."
    ) % {"share": share}


def _totals(test: BackTest, currency: str) -> Table:
    def money(minor: float) -> str:
        return formatting.money_short(round(minor), currency)

    def ratio(predicted: float) -> str:
        return formatting.signed_percent(predicted / test.came - 1) if test.came else "–"

    rows = (
        (_("What came"), money(test.came), "", formatting.number(test.came_buyers), ""),
        (
            _("This valuation had said"),
            money(test.predicted),
            ratio(test.predicted),
            formatting.number(round(test.predicted_buyers)),
            money(test.mean_miss),
        ),
        (
            _("Naive rule: everyone goes on as before"),
            money(test.naive_predicted),
            ratio(test.naive_predicted),
            "–",
            money(test.naive_mean_miss),
        ),
    )
    return Table(
        id="honesty-totals",
        caption=_("Predicted against what came"),
        columns=(
            Column("who", _("Said by"), primary=True),
            Column("money", _("Money"), numeric=True),
            Column("off", _("Off by"), numeric=True),
            Column("buyers", _("Customers who bought"), numeric=True),
            Column("miss", _("Mean miss per customer"), numeric=True),
        ),
        rows=tuple(TableRow(id=str(index), cells=cells) for index, cells in enumerate(rows)),
    )


def _totals_verdict(test: BackTest) -> str:
    """Which was nearer, said either way; the headline's range is as wide as the miss in both cases."""
    own = relative_error(test.predicted, test.came)
    naive = relative_error(test.naive_predicted, test.came)
    if own < naive:
        return _("The valuation came closer than the naive rule; the headline's range is as wide as its miss.")
    return _(
        "The naive rule came closer for the total. The valuation is kept because it tells customers apart, and the "
        "headline's range is as wide as its miss."
    )


def _deciles(test: BackTest, currency: str) -> Table:
    return Table(
        id="honesty-deciles",
        caption=_("By tenths of customers, from the least to the most predicted"),
        columns=(
            Column("tenth", _("Tenth"), primary=True),
            Column("predicted", _("Predicted"), numeric=True),
            Column("came", _("Came"), numeric=True),
            Column("buyers", _("Were to buy"), numeric=True),
            Column("bought", _("Bought"), numeric=True),
        ),
        rows=tuple(
            TableRow(
                id=str(index),
                cells=(
                    formatting.number(index),
                    formatting.money_short(row.predicted, currency),
                    formatting.money_short(row.came, currency),
                    formatting.number(round(row.buyers_predicted)),
                    formatting.number(row.buyers_came),
                ),
            )
            for index, row in enumerate(test.deciles, start=1)
        ),
    )


def _lists(test: ListTest, currency: str) -> Table:
    naive = _("Naive rule: silent for more than %(days)s") % {"days": formatting.days(test.naive_days)}
    pairs = (("own", _("By each customer's own rhythm"), test.own), ("naive", naive, test.naive))
    return Table(
        id="honesty-lists",
        caption=_("The list of customers slipping away, judged on the months after"),
        columns=(
            Column("list", _("List"), primary=True),
            Column("length", _("Names"), numeric=True),
            Column("right", _("Rightly listed"), numeric=True),
            Column("first", _("Of the first twenty"), numeric=True),
            Column("caught", _("Money that was at stake"), numeric=True),
        ),
        rows=tuple(
            TableRow(
                id=key,
                cells=(
                    label,
                    formatting.number(judged.length),
                    formatting.percent(judged.precision, decimals=1) if judged.precision is not None else "–",
                    formatting.percent(judged.first_precision) if judged.first_precision is not None else "–",
                    formatting.money_short(judged.caught, currency),
                ),
            )
            for key, label, judged in pairs
        ),
    )


def _verdict(test: ListTest) -> str:
    base = formatting.percent(test.base)
    if test.uses == "own":
        sentence = _(
            "The list by own rhythm is used: it caught more money than the naive rule at the same length. "
            "Drawn by lot, %(base)s would have been right."
        )
    else:
        sentence = _("The naive rule was as good, so it is used. Drawn by lot, %(base)s would have been right.")
    return sentence % {"base": base}
