"""What a manager answered about acquiring and keeping; every save is a new version, none is overwritten."""

from __future__ import annotations

from django.db import models

from fleuve.kernel.door import Row

__all__ = ["BudgetAnswers"]


class BudgetAnswers(Row):
    """One set of answers. ``answers`` maps a question's key to ``[low, likely, high]``; the newest row is in force."""

    answers = models.JSONField()
    measured = models.JSONField(default=list)  # keys whose value was read off the history when saved
    spend_is_known = models.BooleanField(default=False)  # without it no point "today" is drawn
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="budget_answers_newest")]
