"""Errors of budgets.

FleuveError
└── BudgetsError
    └── AnswersRefused       one or more answers contradict each other; ``values["faults"]`` names them by question
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["AnswersRefused", "BudgetsError"]


class BudgetsError(FleuveError):
    """Budgets cannot be computed as asked."""

    code = "budgets_error"


class AnswersRefused(BudgetsError):
    """Answers that no response curve can pass through; the sentence says which and why."""

    code = "answers_refused"
