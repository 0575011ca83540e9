"""How much to spend on winning customers, and how much on keeping them."""

from fleuve_analytics.equity.budgets import (
    Budget,
    Move,
    OptimalBudget,
    evaluate_budgets,
    least_spend_for_retention,
    optimal_budgets,
    value_of_moving,
)
from fleuve_analytics.equity.margins import margin_multiple, payback_period
from fleuve_analytics.equity.ranges import BudgetRanges, Range, ResponseRange, budget_ranges
from fleuve_analytics.equity.response import Response

__all__ = [
    "Budget",
    "BudgetRanges",
    "Move",
    "OptimalBudget",
    "Range",
    "Response",
    "ResponseRange",
    "budget_ranges",
    "evaluate_budgets",
    "least_spend_for_retention",
    "margin_multiple",
    "optimal_budgets",
    "payback_period",
    "value_of_moving",
]
