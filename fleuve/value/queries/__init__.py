"""Reads of value: frozen answers for pages, exports, budgets and the command line."""

from __future__ import annotations

from fleuve.value.queries.calls import call_list
from fleuve.value.queries.current import (
    band_label,
    current_valuation,
    group_label,
    is_being_computed,
    model_label,
    models_chosen,
    stage_label,
)
from fleuve.value.queries.customer import customer_worth, why
from fleuve.value.queries.matrix import MatrixCell, MatrixView, matrix
from fleuve.value.queries.portfolio import portfolio, report
from fleuve.value.queries.retention import retention
from fleuve.value.queries.views import (
    CallList,
    CallRow,
    CustomerWorth,
    PortfolioView,
    RetentionView,
    ValueReport,
    Why,
)

__all__ = [
    "CallList",
    "CallRow",
    "CustomerWorth",
    "MatrixCell",
    "MatrixView",
    "PortfolioView",
    "RetentionView",
    "ValueReport",
    "Why",
    "band_label",
    "call_list",
    "current_valuation",
    "customer_worth",
    "group_label",
    "is_being_computed",
    "matrix",
    "model_label",
    "models_chosen",
    "portfolio",
    "report",
    "retention",
    "stage_label",
    "why",
]
