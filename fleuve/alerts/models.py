"""What was noticed: runs over all customers, the alerts they raised, and what people said of them.

A ``Run`` learns the rhythms of the whole house, keeps its promise on false alarms measured on past gaps, and leaves
``Alert`` rows: one for each episode (a silence since a day, a change noticed on a day), refreshed while it lasts. Money
is in minor units of the organisation's currency. docs/rules/alerts.md tells the rules.
"""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fleuve.kernel.door import Row
from fleuve.kernel.principal import Principal, Reach
from fleuve.parties.door import PartyScoped, out_of_trash
from fleuve.parties.models import Party

__all__ = ["Alert", "Rate", "Run"]

M = TypeVar("M", bound=models.Model, covariant=True)


class AlertQuerySet(PartyScoped[M]):
    """Alerts about customers within reach; none about customers in the trash."""

    def _within(self, principal: Principal, reach: Reach) -> Self:
        return super()._within(principal, reach).filter(out_of_trash())


class Run(Row):
    """One look at everybody, as of the last day of the history."""

    class State(models.TextChoices):
        RUNNING = "running", _("Being computed")
        JUDGED = "judged", pgettext_lazy("run", "Judged")
        TOO_LITTLE = "too_little", _("Too little history")
        SUPERSEDED = "superseded", _("Replaced before it ended")

    as_of = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    history_generation = models.BigIntegerField(default=0)
    per_year_bp = models.PositiveIntegerField()  # false alarms allowed per customer and year, in ten-thousandths
    measured = models.JSONField(default=dict)  # the promise and what past gaps say of it
    early = models.JSONField(default=dict)  # how well the best are told, by weeks observed
    fitted = models.JSONField(default=dict)  # the crowd of rhythms, for the page *Why?*
    needs = models.JSONField(default=list)  # too little history: codes of what is lacking
    customers = models.PositiveIntegerField(default=0)
    watched = models.PositiveIntegerField(default=0)  # with a rhythm of their own
    raised = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    held_back = models.PositiveIntegerField(default=0)  # silent in the same weeks a year before
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, db_index=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)


class Alert(Row):
    """Something unusual about one customer. Open until they buy, somebody judges it, or half a year has passed."""

    class Kind(models.TextChoices):
        SILENCE = "silence", _("Silent beyond their own pattern")
        RHYTHM = "rhythm", _("Rhythm changed")
        BASKET = "basket", _("Basket changed")
        EARLY = "early", _("Promising new customer")

    class Verdict(models.TextChoices):
        RIGHT = "right", pgettext_lazy("alert", "Right")
        WRONG = "wrong", pgettext_lazy("alert", "False alarm")

    class Closed(models.TextChoices):
        BOUGHT = "bought", _("They bought again")
        JUDGED = "judged", pgettext_lazy("alert", "Judged")
        EXPIRED = "expired", _("Too old to be news")
        WITHDRAWN = "withdrawn", _("No longer unusual")

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    since_on = models.DateField()  # the last purchase day, or the day on which the change was noticed
    raised_on = models.DateField()  # the day of the data on which it was raised
    first_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)  # that saw it last
    facts = models.JSONField(default=dict)
    at_stake = models.BigIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    closed_on = models.DateField(null=True)
    closed_why = models.CharField(max_length=9, choices=Closed.choices, blank=True)
    assigned_id = models.BigIntegerField(null=True)
    assigned_label = models.CharField(max_length=120, blank=True)
    snoozed_until = models.DateField(null=True)
    verdict = models.CharField(max_length=5, choices=Verdict.choices, blank=True)
    verdict_note = models.CharField(max_length=240, blank=True)
    verdict_at = models.DateTimeField(null=True)
    verdict_by_label = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AlertQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind"], condition=Q(is_open=True), name="one_open_alert_of_a_kind_per_party"
            ),
        ]
        indexes = [
            models.Index(fields=["at_stake", "id"], condition=Q(is_open=True), name="alert_open_by_stake"),
            models.Index(fields=["kind", "at_stake", "id"], condition=Q(is_open=True), name="alert_open_by_kind"),
            models.Index(
                fields=["kind", "snoozed_until", "at_stake", "party"],
                condition=Q(is_open=True),
                name="alert_open_counted",
            ),
            models.Index(fields=["assigned_id"], condition=Q(is_open=True), name="alert_assigned"),
            models.Index(fields=["first_run"], name="alert_of_first_run"),
            models.Index(fields=["party", "kind", "-since_on"], name="alert_of_party"),
            models.Index(fields=["kind", "verdict"], condition=~Q(verdict=""), name="alert_verdicts"),
            models.Index(fields=["closed_on", "closed_why"], condition=Q(is_open=False), name="alert_closed"),
        ]


class Rate(Row):
    """How many false alarms somebody allowed, per customer and year; the newest row holds."""

    per_year_bp = models.PositiveIntegerField()
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
