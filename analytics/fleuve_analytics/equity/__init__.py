"""What customers are worth together, what moves it, and how much to spend on winning and on keeping them."""

from fleuve_analytics.equity.budgets import (
    Budget,
    Move,
    OptimalBudget,
    evaluate_budgets,
    least_spend_for_retention,
    optimal_budgets,
    value_of_moving,
)
from fleuve_analytics.equity.campaigns import CampaignResult, break_even_response, campaign_result
from fleuve_analytics.equity.driver_effects import DriverEffect, Market, driver_effect
from fleuve_analytics.equity.drivers import DriverLogit, FittedDriverLogit
from fleuve_analytics.equity.levers import (
    BudgetSensitivity,
    Elasticities,
    Elasticity,
    budget_sensitivities,
    elasticities,
)
from fleuve_analytics.equity.limits import BudgetLimits
from fleuve_analytics.equity.margins import margin_multiple, payback_period
from fleuve_analytics.equity.movement import LINES_OF_MOVEMENT, MovementStatement, movement_statement
from fleuve_analytics.equity.portfolio import PortfolioValue, customer_values, portfolio_value
from fleuve_analytics.equity.ranges import BudgetRanges, Range, ResponseRange, budget_ranges
from fleuve_analytics.equity.referrals import referral_value
from fleuve_analytics.equity.response import Response
from fleuve_analytics.equity.switching import SwitchingMatrix, switching_values

__all__ = [
    "LINES_OF_MOVEMENT",
    "Budget",
    "BudgetLimits",
    "BudgetRanges",
    "BudgetSensitivity",
    "CampaignResult",
    "DriverEffect",
    "DriverLogit",
    "Elasticities",
    "Elasticity",
    "FittedDriverLogit",
    "Market",
    "Move",
    "MovementStatement",
    "OptimalBudget",
    "PortfolioValue",
    "Range",
    "Response",
    "ResponseRange",
    "SwitchingMatrix",
    "break_even_response",
    "budget_ranges",
    "budget_sensitivities",
    "campaign_result",
    "customer_values",
    "driver_effect",
    "elasticities",
    "evaluate_budgets",
    "least_spend_for_retention",
    "margin_multiple",
    "movement_statement",
    "optimal_budgets",
    "payback_period",
    "portfolio_value",
    "referral_value",
    "switching_values",
    "value_of_moving",
]
