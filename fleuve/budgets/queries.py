"""Reads of budgets: the answers in force, what the history measures of them, and the page's figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from fleuve.budgets.estimation import Band
from fleuve.budgets.models import BudgetAnswers
from fleuve.budgets.rules import QUESTIONS, Spread, around
from fleuve.kernel.money import minor_exponent
from fleuve.kernel.principal import Principal
from fleuve.ui import formatting
from fleuve.value.models import Valuation

__all__ = ["Current", "CustomerFigures", "current_answers", "customer_figures"]

_SUPPOSED_MARGIN: Final = 0.4


@dataclass(frozen=True)
class Current:
    """The answers in force, which of them the history measured, and whether today's spending is known."""

    answers: dict[str, Spread]
    measured: tuple[str, ...]
    spend_is_known: bool
    saved: BudgetAnswers | None


def current_answers(principal: Principal, figures: CustomerFigures) -> Current:
    """What was saved last; before that, the measured values and, for the rest, suppositions."""
    saved = BudgetAnswers.objects.visible_to(principal).order_by("-at", "-id").first()
    if saved is not None:
        answers = {key: Spread(*values) for key, values in saved.answers.items()}
        return Current(answers, tuple(saved.measured), saved.spend_is_known, saved)
    known = figures.supposed | figures.measured
    answers = {item.key: around(item.key, known.get(item.key, item.default)) for item in QUESTIONS}
    for key in ("retention_base", "discount_rate", "retention_floor"):
        answers[key] = Spread(answers[key].likely, answers[key].likely, answers[key].likely)
    return Current(answers, tuple(figures.measured), False, None)


@dataclass(frozen=True)
class CustomerFigures:
    """What the history says about the answers: measured values with a sentence each, and the value bands.

    ``customers`` are those who bought in the last twelve months. ``measured`` and ``supposed`` are in the units of the
    questions; a supposition is a first value that follows from the history and one stated assumption.
    """

    customers: int
    measured: dict[str, float]
    supposed: dict[str, float]
    sentences: dict[str, str]
    bands: tuple[Band, ...]
    valuation: Valuation | None


def customer_figures(principal: Principal) -> CustomerFigures:
    """Read from the latest valuation; without one nothing is measured and everything is asked."""
    valuation = (
        Valuation.objects.visible_to(principal)
        .filter(state=Valuation.State.VALUED, finished_at__isnull=False)
        .order_by("-finished_at")
        .first()
    )
    if valuation is None:
        return CustomerFigures(0, {}, {}, {}, (), None)
    rows = [
        (row["band"], row["customers"], row["money"])
        for row in valuation.statement.get("bands", ())
        if row["band"] >= 1 and row["customers"]
    ]
    customers = sum(count for _band, count, _money in rows)
    money = sum(amount for _band, _count, amount in rows)
    if not customers or money <= 0:
        return CustomerFigures(customers, {}, {}, {}, (), valuation)
    margin, sentence = _margin(valuation, customers, money)
    is_measured = valuation.basis == "margin" and not valuation.margin_is_assumed
    average = money / customers
    bands = tuple(
        Band(f"band-{band}", _band_label(band, len(rows)), count, max(amount, 0) / count / average)
        for band, count, amount in rows
    )
    return CustomerFigures(
        customers,
        measured={"margin": margin} if is_measured else {},
        supposed={} if is_measured else {"margin": margin},
        sentences={"margin": sentence},
        bands=bands,
        valuation=valuation,
    )


def _margin(valuation: Valuation, customers: int, money: int) -> tuple[float, str]:
    """Margin a head and how it came about: measured, from a margin that somebody assumed, or from revenue alone."""
    per_head = float(Decimal(money).scaleb(-minor_exponent(valuation.currency)) / customers)
    words = {
        "customers": formatting.number(customers),
        "day": formatting.day(valuation.as_of),
        "share": formatting.percent(_SUPPOSED_MARGIN),
        "revenue": formatting.money(round(money / customers), valuation.currency, decimals=0),
    }
    if valuation.basis != "margin":
        sentence = _(
            "Supposed: %(share)s of the %(revenue)s of revenue that each of %(customers)s customers brought in the "
            "twelve months to %(day)s. Replace it by your own."
        )
        return round(per_head * _SUPPOSED_MARGIN, 2), sentence % words
    if valuation.margin_is_assumed:
        sentence = _("From the margin that you assumed, over the twelve months to %(day)s of %(customers)s customers.")
    else:
        sentence = _("Measured: margin of the twelve months to %(day)s of %(customers)s customers.")
    return round(per_head, 2), sentence % words


def _band_label(band: int, bands: int) -> str:
    if band == 1:
        return _("Best customers")
    return _("Band %(number)s of %(all)s") % {"number": formatting.number(band), "all": formatting.number(bands)}
