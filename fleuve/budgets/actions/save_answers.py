"""Keep a manager's answers as the new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.budgets.errors import AnswersRefused
from fleuve.budgets.models import BudgetAnswers
from fleuve.budgets.rules import Spread, faults
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["save_answers"]


def save_answers(
    *,
    answers: Mapping[str, Spread],
    measured: Sequence[str],
    spend_is_known: bool,
    by: Principal,
    at: datetime,
) -> BudgetAnswers:
    """Store the answers; the same answers again return the version that stands, without a new one.

    Raises ``AnswersRefused`` when no response curve passes through them; nothing is stored then.
    """
    require(by, "configure")
    wrong = faults(answers)
    if wrong:
        raise AnswersRefused(_("Some answers contradict each other. Correct the marked ones."), faults=wrong)
    rows = {key: [spread.low, spread.likely, spread.high] for key, spread in sorted(answers.items())}
    with transaction.atomic():
        newest = BudgetAnswers.objects.order_by("-at", "-id").first()
        if newest and (newest.answers, newest.spend_is_known) == (rows, spend_is_known):
            return newest
        saved = BudgetAnswers.objects.create(
            answers=rows,
            measured=sorted(measured),
            spend_is_known=spend_is_known,
            at=at,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        record("budgets.answers_saved", by=by, at=at, subject=("budget_answers", saved.pk), data={})
    return saved
