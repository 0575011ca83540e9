"""The questions asked of a manager, and which answers make sense. Pure: no clock, no table.

A rate is a fraction, money is in major units of the organisation's currency per head (a budget question is answered to
the euro, not to the cent), and every answer is a ``Spread``: low, likely, high.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

__all__ = ["QUESTIONS", "Question", "Spread", "around", "faults", "question"]

Unit = Literal["money", "rate", "count"]
# Rates are doubted less than money: wider ones would cross the ceilings that they must stay below.
_DEFAULT_WIDTH: Final[dict[Unit, float]] = {"money": 0.2, "count": 0.2, "rate": 0.1}


@dataclass(frozen=True)
class Spread:
    """A manager's answer: the likely value and how low or high it might be."""

    low: float
    likely: float
    high: float

    @property
    def is_ordered(self) -> bool:
        return self.low <= self.likely <= self.high


@dataclass(frozen=True)
class Question:
    """One thing to answer: its words, unit, bounds and the value shown before anybody answered."""

    key: str
    label: str | Promise
    help: str | Promise
    unit: Unit
    group: Literal["acquisition", "retention", "value"]
    default: float
    minimum: float
    maximum: float
    step: float


QUESTIONS: Final = (
    Question(
        "prospects",
        gettext_lazy("People you could approach in a year"),
        gettext_lazy("Everyone who might become a customer and whom your budget could reach."),
        "count",
        "acquisition",
        10_000,
        0,
        1_000_000,
        100,
    ),
    Question(
        "acquisition_spend",
        gettext_lazy("Spent per person approached"),
        gettext_lazy(
            "Advertising, sales visits, samples: a year's acquisition budget divided by the people approached."
        ),
        "money",
        "acquisition",
        1,
        0.01,
        50,
        0.01,
    ),
    Question(
        "acquisition_rate",
        gettext_lazy("Share who become customers at that spend"),
        gettext_lazy("New customers of a year divided by the people approached."),
        "rate",
        "acquisition",
        0.04,
        0.001,
        0.9,
        0.001,
    ),
    Question(
        "acquisition_ceiling",
        gettext_lazy("Share who would if money were no object"),
        gettext_lazy("The most that any budget could win."),
        "rate",
        "acquisition",
        0.10,
        0.001,
        1,
        0.001,
    ),
    Question(
        "retention_spend",
        gettext_lazy("Spent per customer and year to keep them"),
        gettext_lazy(
            "Account management, service beyond the sale, loyalty rewards: a year's retention budget per customer."
        ),
        "money",
        "retention",
        8,
        0.01,
        200,
        0.01,
    ),
    Question(
        "retention_rate",
        gettext_lazy("Share of customers kept at that spend"),
        gettext_lazy("Customers of one year who buy again in the next."),
        "rate",
        "retention",
        0.60,
        0.01,
        0.98,
        0.005,
    ),
    Question(
        "retention_ceiling",
        gettext_lazy("Share you would keep if money were no object"),
        gettext_lazy("Some leave whatever one does: they move, close or change trade."),
        "rate",
        "retention",
        0.80,
        0.01,
        0.99,
        0.005,
    ),
    Question(
        "retention_base",
        gettext_lazy("Share who would stay without any spending"),
        gettext_lazy("Customers who come back by themselves."),
        "rate",
        "retention",
        0,
        0,
        0.95,
        0.005,
    ),
    Question(
        "margin",
        gettext_lazy("Gross margin per customer and year"),
        gettext_lazy("What a customer's purchases of a year leave before acquisition and retention costs."),
        "money",
        "value",
        50,
        0.01,
        5_000,
        0.01,
    ),
    Question(
        "discount_rate",
        gettext_lazy("Discount rate a year"),
        gettext_lazy("What money costs you, or could earn elsewhere."),
        "rate",
        "value",
        0.10,
        0,
        0.5,
        0.005,
    ),
    Question(
        "retention_floor",
        gettext_lazy("Share of customers that you want to keep at least"),
        gettext_lazy("The page answers with the smallest budget that keeps them, and what this costs."),
        "rate",
        "value",
        0.50,
        0.01,
        0.98,
        0.005,
    ),
)

_BY_KEY: Final = {item.key: item for item in QUESTIONS}


def question(key: str) -> Question:
    """The question of this key; ``KeyError`` for an unknown one."""
    return _BY_KEY[key]


def around(key: str, likely: float) -> Spread:
    """A fifth either side (a tenth for rates), within the question's bounds: for an answer with a likely value only."""
    asked = _BY_KEY[key]
    width = _DEFAULT_WIDTH[asked.unit]
    low = max(asked.minimum, likely * (1 - width))
    high = min(asked.maximum, likely * (1 + width))
    return Spread(min(low, likely), likely, max(high, likely))


def faults(answers: Mapping[str, Spread]) -> dict[str, str]:
    """Question key → a sentence about what is wrong with its answer; empty when a curve passes through all of them."""
    found = {key: sentence for key, spread in answers.items() if (sentence := _own_fault(key, spread))}
    if found:
        return found
    for side in ("acquisition", "retention"):
        rate, ceiling = answers[f"{side}_rate"], answers[f"{side}_ceiling"]
        if rate.high >= ceiling.low:
            found[f"{side}_ceiling"] = _(
                "The share reached without limit on money must be above the share reached today, also in the low case."
            )
    if answers["retention_base"].high >= answers["retention_rate"].low:
        found["retention_base"] = _("The share who stay without spending must be below the share kept today.")
    return found


def _own_fault(key: str, spread: Spread) -> str:
    asked = _BY_KEY[key]
    if not spread.is_ordered:
        return _("Write low, likely and high in increasing order.")
    if spread.low < asked.minimum or spread.high > asked.maximum:
        return _("Out of the range that this question can have.")
    return ""
