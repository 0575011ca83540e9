"""Where money and contacts go when there is not enough for all."""

from fleuve_analytics.allocation.contacts import plan_contacts
from fleuve_analytics.allocation.doubt import SplitRanges, split_ranges
from fleuve_analytics.allocation.plan import ContactPlan
from fleuve_analytics.allocation.segments import BudgetSplit, Frontier, Segment, allocate_budget, budget_frontier

__all__ = [
    "BudgetSplit",
    "ContactPlan",
    "Frontier",
    "Segment",
    "SplitRanges",
    "allocate_budget",
    "budget_frontier",
    "plan_contacts",
    "split_ranges",
]
