"""Reads of budgets: the answers in force, what the history measures of them, and the page's figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from fleuve.budgets.estimation import Band
from fleuve.budgets.models import BudgetAnswers
from fleuve.budgets.rules import QUESTIONS, Spread, around
from fleuve.kernel.money import minor_exponent
from fleuve.kernel.principal import Principal
from fleuve.ui import formatting
from fleuve.value.models import PartyValue, Valuation

__all__ = ["Current", "CustomerFigures", "current_answers", "customer_figures"]


@dataclass(frozen=True)
class Current:
    """The answers in force, which of them the history measured, and whether today's spending is known."""

    answers: dict[str, Spread]
    measured: tuple[str, ...]
    spend_is_known: bool
    saved: BudgetAnswers | None


def current_answers(principal: Principal, measured: dict[str, float]) -> Current:
    """What was saved last; before that, the measured values and, for the rest, the questions' suppositions."""
    saved = BudgetAnswers.objects.visible_to(principal).order_by("-at", "-id").first()
    if saved is not None:
        answers = {key: Spread(*values) for key, values in saved.answers.items()}
        return Current(answers, tuple(saved.measured), saved.spend_is_known, saved)
    answers = {item.key: around(item.key, measured.get(item.key, item.default)) for item in QUESTIONS}
    for key in ("retention_base", "discount_rate", "retention_floor"):
        answers[key] = Spread(answers[key].likely, answers[key].likely, answers[key].likely)
    return Current(answers, tuple(measured), False, None)


@dataclass(frozen=True)
class CustomerFigures:
    """What the history says about the answers: measured values with a sentence each, and the value bands.

    ``customers`` are those who bought in the last twelve months. ``measured`` is in the units of the questions.
    """

    customers: int
    measured: dict[str, float]
    sentences: dict[str, str]
    bands: tuple[Band, ...]
    valuation: Valuation | None

    def origins(self, keys: tuple[str, ...]) -> dict[str, str]:
        """The sentence of each of these questions that is measured."""
        return {key: self.sentences[key] for key in keys if key in self.sentences}


def customer_figures(principal: Principal) -> CustomerFigures:
    """Read from the latest valuation; without one nothing is measured and everything is asked."""
    valuation = (
        Valuation.objects.visible_to(principal)
        .filter(state=Valuation.State.VALUED, finished_at__isnull=False)
        .order_by("-finished_at")
        .first()
    )
    if valuation is None:
        return CustomerFigures(0, {}, {}, (), None)
    rows = list(
        PartyValue.objects.visible_to(principal)
        .filter(valuation=valuation, band__gte=1)
        .values_list("band")
        .annotate(customers=Count("id"), money=Sum("money_12"))
        .order_by("band")
    )
    customers = sum(count for _band, count, _money in rows)
    money = sum(amount for _band, _count, amount in rows)
    if not customers or money <= 0:
        return CustomerFigures(customers, {}, {}, (), valuation)
    measured, sentences = _measured(valuation, customers, money)
    average = money / customers
    bands = tuple(
        Band(f"band-{band}", _band_label(band, len(rows)), count, max(amount, 0) / count / average)
        for band, count, amount in rows
    )
    return CustomerFigures(customers, measured, sentences, bands, valuation)


def _measured(valuation: Valuation, customers: int, money: int) -> tuple[dict[str, float], dict[str, str]]:
    """The margin is measured only when the history knows margins: revenue would make every budget too large."""
    if valuation.basis != "margin":
        return {}, {}
    margin = float(Decimal(money).scaleb(-minor_exponent(valuation.currency)) / customers)
    sentence = _("Measured: margin of the last twelve months of %(customers)s customers, to %(day)s.") % {
        "customers": formatting.number(customers),
        "day": formatting.day(valuation.as_of),
    }
    return {"margin": round(margin, 2)}, {"margin": sentence}


def _band_label(band: int, bands: int) -> str:
    if band == 1:
        return _("Best customers")
    return _("Band %(number)s of %(all)s") % {"number": formatting.number(band), "all": formatting.number(bands)}
