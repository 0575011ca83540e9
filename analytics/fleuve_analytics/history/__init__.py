"""From a list of purchases to tables: one row per customer, per cohort, per period, per step of time."""

from fleuve_analytics.history.cohorts import CohortTable, PeriodTable, cohort_table, period_table
from fleuve_analytics.history.discrete import DiscreteTable, discrete_table
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.table import PurchaseTable, SplitTable, purchase_table, split_table
from fleuve_analytics.history.tracking import RepeatCurve, repeat_curve

__all__ = [
    "CohortTable",
    "DiscreteTable",
    "Engine",
    "PeriodTable",
    "PurchaseTable",
    "RepeatCurve",
    "SplitTable",
    "cohort_table",
    "discrete_table",
    "period_table",
    "purchase_table",
    "repeat_curve",
    "split_table",
]
