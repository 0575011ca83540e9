"""What customers are worth: dated estimates, kept beside the facts and the doubts they rest on.

A ``Valuation`` is one computation: its day, method, parameters, totals and its own honesty. ``ValueBlock`` holds the
latest estimate of each customer, ``SlippingCustomer`` those to call. ``MonthEnd`` and ``BridgeMonth`` are insert-only:
the value of every customer at the end of a past month, estimated with that month's parameters, and the exact change
from month to month. Month-ends that were computed from one history share a ``series``; when the past changes, another
one starts (docs/rules/bridge.md).

Money is in minor units of the organisation's currency.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fleuve.kernel.door import Row
from fleuve.parties.door import PartyScoped
from fleuve.parties.models import Party

__all__ = [
    "BridgeMonth",
    "HouseRule",
    "MonthEnd",
    "Policy",
    "PolicyName",
    "SlippingCustomer",
    "Stage",
    "Valuation",
    "ValueBlock",
]


M = TypeVar("M", bound=models.Model, covariant=True)


class Stage(models.TextChoices):
    """Where a customer stands in the relationship; decided in ``rules.stages`` and told in docs/rules/stages.md."""

    NEW = "new", pgettext_lazy("stage", "New")
    ACTIVE = "active", _("Active")
    WON_BACK = "won_back", _("Won back")
    SLIPPING = "slipping", _("Slipping away")
    ONE_TIME = "one_time", _("Bought once")
    LOST = "lost", pgettext_lazy("stage", "Lost")


class PolicyName(models.TextChoices):
    """What to do with customers of a cell of value and loyalty; docs/rules/matrix.md."""

    GROW = "grow", _("Keep and grow")
    KEEP = "keep", pgettext_lazy("policy", "Keep")
    SERVE_LOWER = "serve_lower", _("Serve at lower cost")
    WIN_BACK = "win_back", _("Win while they are here")
    LEAVE = "leave", pgettext_lazy("policy", "Leave alone")


class Valuation(Row):
    """One valuation of the whole portfolio at the end of a day."""

    class State(models.TextChoices):
        RUNNING = "running", _("Being computed")
        VALUED = "valued", _("Valued")
        TOO_LITTLE = "too_little", _("Too little history")
        SUPERSEDED = "superseded", _("Replaced before it ended")

    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    as_of = models.DateField()
    basis = models.CharField(max_length=8)  # "margin" or "revenue"
    margin_is_assumed = models.BooleanField(default=False)
    currency = models.CharField(max_length=3, blank=True)
    model = models.CharField(max_length=120, blank=True)  # of each group of customers, each once
    horizon_days = models.PositiveIntegerField(default=0)
    horizon_months = models.PositiveSmallIntegerField(default=0)
    parameters = models.JSONField(default=dict)  # fitted models, rhythm, bands: what the figures were computed with
    honesty = models.JSONField(default=dict)  # the back-test
    statement = models.JSONField(default=dict)  # retention, growth, cohorts, concentration, river
    needs = models.JSONField(default=list)  # too little history: what is there and what is needed
    first_day = models.DateField(null=True)  # of the history
    customers = models.PositiveIntegerField(default=0)
    expected_active = models.FloatField(default=0.0)
    value = models.BigIntegerField(default=0)
    value_low = models.BigIntegerField(default=0)
    value_high = models.BigIntegerField(default=0)
    history_generation = models.BigIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True)  # of everything read: the same again is not recomputed
    series = models.BigIntegerField(null=True, db_index=True)
    series_fingerprint = models.CharField(max_length=64, blank=True)  # method and purchases of the closed months
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, db_index=True)
    cards_written_at = models.DateTimeField(null=True)


class HouseRule(Row):
    """The usual gap of the house as somebody set it, for customers with few gaps of their own; the newest row holds.

    No days: read off the data again.
    """

    days = models.FloatField(null=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)


class Policy(Row):
    """What somebody decided for a cell of value and loyalty, and where its borders lie; the newest of a cell holds.

    Borders stay where they were until a person has them read off the data again: a border that moves by itself would
    move people without a reason that anybody could tell them.
    """

    cell = models.CharField(max_length=2)  # value, then loyalty: "hl" is high value, low loyalty
    policy = models.CharField(max_length=16, choices=PolicyName.choices)
    value_from = models.BigIntegerField()
    loyalty_from = models.FloatField()
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["cell", "-at"], name="value_policy_of_cell")]


class ValueBlock(Row):
    """What a valuation says of some thousand customers; readers take the blocks of the latest finished valuation.

    ``rows`` are packed by ``rules.values``: their ids lie between ``first_party`` and ``last_party``. Blocks that a
    newer valuation replaced are taken away.
    """

    valuation = models.ForeignKey(Valuation, on_delete=models.CASCADE, related_name="+", db_index=False)
    first_party = models.BigIntegerField()
    last_party = models.BigIntegerField()
    customers = models.PositiveIntegerField()
    rows = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["valuation", "first_party"], name="one_value_block_per_valuation_and_party")
        ]


class SlippingQuerySet(PartyScoped[M]):
    """Whom to call is seen by whoever sees the customer."""


class SlippingCustomer(Row):
    """A customer to call, with the facts of the reason; readers take those of the latest finished valuation."""

    valuation = models.ForeignKey(Valuation, on_delete=models.CASCADE, related_name="+", db_index=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", db_index=False)
    is_contract = models.BooleanField()
    last_on = models.DateField()
    gaps = models.PositiveIntegerField()
    usual_gap_days = models.FloatField()
    silent_days = models.PositiveIntegerField()
    share_back = models.FloatField()  # of those like this who came back, the share that was back by this silence
    chance_back = models.FloatField()  # chance of buying in the coming call window
    money_12 = models.BigIntegerField()
    revenue_12 = models.BigIntegerField()
    revenue_12_before = models.BigIntegerField()
    at_stake = models.BigIntegerField()
    stopped = models.JSONField(default=list)  # products bought often and no more: what a caller may speak of

    objects = SlippingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "valuation"], name="one_slipping_per_party_and_valuation")
        ]
        indexes = [models.Index(fields=["valuation", "-at_stake", "party"], name="value_call_first")]


class MonthEnd(Row):
    """The values of some thousand customers at the end of a month, with the parameters of that month.

    ``rows`` are packed by ``rules.packed``: their ids lie between ``first_party`` and ``last_party``. They name
    customers by number only, so that a closing stays what it was when a customer is erased. Inserted once, never
    changed.
    """

    valuation = models.ForeignKey(Valuation, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.PositiveIntegerField()  # 201111
    first_party = models.BigIntegerField()
    last_party = models.BigIntegerField()
    customers = models.PositiveIntegerField()
    rows = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["valuation", "month", "first_party"], name="one_block_per_month_and_party")
        ]


class BridgeMonth(Row):
    """How the portfolio's value went from one month-end to the next. Inserted once, never changed.

    opening + new + already_there + won_back + grown + shrunk + lost + method = closing, each computed by itself from
    per-customer differences; shrunk and lost are negative. ``restated`` is the exact difference that starting this
    series made to the closing that the previous series had published for the same month.
    """

    valuation = models.ForeignKey(Valuation, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.PositiveIntegerField()
    is_first = models.BooleanField(default=False)  # opens the series: nothing to compare with
    opening = models.BigIntegerField(default=0)
    new = models.BigIntegerField(default=0)
    already_there = models.BigIntegerField(default=0)
    won_back = models.BigIntegerField(default=0)
    grown = models.BigIntegerField(default=0)
    shrunk = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    method = models.BigIntegerField(default=0)
    closing = models.BigIntegerField()
    restated = models.BigIntegerField(null=True)
    realised = models.BigIntegerField()  # margin (or revenue) of the month's purchases
    counts = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["valuation", "month"], name="one_bridge_per_valuation_and_month"),
            models.CheckConstraint(
                condition=Q(is_first=True)
                | Q(
                    closing=models.F("opening")
                    + models.F("new")
                    + models.F("already_there")
                    + models.F("won_back")
                    + models.F("grown")
                    + models.F("shrunk")
                    + models.F("lost")
                    + models.F("method")
                ),
                name="bridge_closes_exactly",
            ),
        ]
