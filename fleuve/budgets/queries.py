"""Reads of budgets: the answers in force, what the history measures of them, and the page's figures."""

from __future__ import annotations

from dataclasses import dataclass

from fleuve.budgets.models import BudgetAnswers
from fleuve.budgets.rules import QUESTIONS, Spread, around
from fleuve.kernel.principal import Principal

__all__ = ["Current", "current_answers"]


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
