"""Every error of the library.

AnalyticsError
├── BrokenPlan          a contact plan that does not keep what it says; `code` says what
├── ImpossibleLimits    budgets, capacities and least volumes that contradict each other; `limit(s)` and `shortage` tell
├── InvalidCovariates   what is told of customers cannot be used; `code` says why and `column` which
├── InvalidHistory      a customer's figures contradict themselves; `code` says how
├── InvalidSpend        an average spend that no model can take; `code` says how
├── InvalidSetting      an argument outside its range; `code` names it
├── NotEnoughData       the figures are sound, but too few to say anything
├── DidNotConverge      no best parameters were found
├── MissingExtra        an optional package is not installed; the sentence names the extra that brings it
└── UnreadablePurchases a list of purchases that lacks a column, a date or an amount

Each carries a `code` for programs and a sentence for people that ends in what to try.
"""

from __future__ import annotations

__all__ = [
    "AnalyticsError",
    "BrokenPlan",
    "DidNotConverge",
    "ImpossibleLimits",
    "InvalidCovariates",
    "InvalidHistory",
    "InvalidSetting",
    "InvalidSpend",
    "MissingExtra",
    "NotEnoughData",
    "UnreadablePurchases",
]


class AnalyticsError(Exception):
    """The root: catch it to catch everything that this library raises on purpose."""

    def __init__(self, sentence: str, *, code: str, **details: object) -> None:
        super().__init__(sentence)
        self.code = code
        self.details = details


class BrokenPlan(AnalyticsError):
    """A contact plan does not keep a limit, or is not worth what it says."""


class ImpossibleLimits(AnalyticsError):
    """No plan keeps all limits at once."""


class InvalidCovariates(AnalyticsError):
    """A column of covariates is missing, is no number, tells nothing or repeats the others."""


class InvalidHistory(AnalyticsError):
    """Frequency, recency and age contradict themselves."""


class InvalidSpend(AnalyticsError):
    """An average spend is missing, negative or not a number."""


class InvalidSetting(AnalyticsError):
    """An argument lies outside what the formula allows."""


class NotEnoughData(AnalyticsError):
    """Too few customers, or too few who came back, to estimate anything."""


class DidNotConverge(AnalyticsError):
    """The search for the best parameters did not end at a maximum."""


class MissingExtra(AnalyticsError):
    """An optional package is needed for this and not installed."""


class UnreadablePurchases(AnalyticsError):
    """The list of purchases cannot be turned into one row a customer."""
