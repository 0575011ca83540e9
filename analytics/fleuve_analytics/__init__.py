"""The mathematics of customer value.

Who is still a customer and what will they buy (`BetaGeometric`, `ModifiedBetaGeometric`, `ParetoNBD`), for how much
(`GammaGamma`), with what certainty (`fleuve_analytics.backtest`), and what to spend on winning and keeping them
(`optimal_budgets`). Purchases become the figures that the models take with `purchase_table`.

Arrays in, arrays out. A model's settings go to its constructor, data to `fit`, which returns a frozen record of floats;
predictions are pure; chance enters only as a `numpy.random.Generator`. Errors are drawn in `fleuve_analytics.errors`.

Names are loaded on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fleuve_analytics.allocation import (
        ContactPlan,
        Segment,
        allocate_budget,
        budget_frontier,
        plan_contacts,
        split_ranges,
    )
    from fleuve_analytics.equity import (
        BudgetLimits,
        DriverLogit,
        Response,
        SwitchingMatrix,
        budget_ranges,
        budget_sensitivities,
        campaign_result,
        driver_effect,
        elasticities,
        margin_multiple,
        movement_statement,
        optimal_budgets,
        payback_period,
        portfolio_value,
        referral_value,
    )
    from fleuve_analytics.fitted import Fitted, fitted_from_json
    from fleuve_analytics.history import (
        CohortTable,
        DiscreteTable,
        Engine,
        PeriodTable,
        PurchaseTable,
        RepeatCurve,
        SplitTable,
        cohort_table,
        discrete_table,
        period_table,
        purchase_table,
        repeat_curve,
        split_table,
    )
    from fleuve_analytics.lifetime import (
        BetaGeometric,
        BetaGeometricBetaBernoulli,
        BetaGeometricCorrelated,
        BetaGeometricCovariates,
        BetaGeometricRegular,
        BuyingPool,
        ModifiedBetaGeometric,
        ModifiedBetaGeometricRegular,
        NegativeBinomial,
        ParetoNBD,
        ParetoNBDCorrelated,
        ParetoNBDCovariates,
        choose_penalty,
        likelihood_ratio,
    )
    from fleuve_analytics.retention import (
        BetaDiscreteWeibull,
        MarkovMigration,
        ShiftedBetaGeometric,
        contract_base_value,
        kaplan_meier,
        log_rank,
        nelson_aalen,
        recency_migration,
        recency_rates,
        renewal_value,
        retention_curve,
    )
    from fleuve_analytics.spend import GammaGamma, spend_independence

__version__ = "0.1.0"

__all__ = [
    "BetaDiscreteWeibull",
    "BetaGeometric",
    "BetaGeometricBetaBernoulli",
    "BetaGeometricCorrelated",
    "BetaGeometricCovariates",
    "BetaGeometricRegular",
    "BudgetLimits",
    "BuyingPool",
    "CohortTable",
    "ContactPlan",
    "DiscreteTable",
    "DriverLogit",
    "Engine",
    "Fitted",
    "GammaGamma",
    "MarkovMigration",
    "ModifiedBetaGeometric",
    "ModifiedBetaGeometricRegular",
    "NegativeBinomial",
    "ParetoNBD",
    "ParetoNBDCorrelated",
    "ParetoNBDCovariates",
    "PeriodTable",
    "PurchaseTable",
    "RepeatCurve",
    "Response",
    "Segment",
    "ShiftedBetaGeometric",
    "SplitTable",
    "SwitchingMatrix",
    "allocate_budget",
    "budget_frontier",
    "budget_ranges",
    "budget_sensitivities",
    "campaign_result",
    "choose_penalty",
    "cohort_table",
    "contract_base_value",
    "discrete_table",
    "driver_effect",
    "elasticities",
    "fitted_from_json",
    "kaplan_meier",
    "likelihood_ratio",
    "log_rank",
    "margin_multiple",
    "movement_statement",
    "nelson_aalen",
    "optimal_budgets",
    "payback_period",
    "period_table",
    "plan_contacts",
    "portfolio_value",
    "purchase_table",
    "recency_migration",
    "recency_rates",
    "referral_value",
    "renewal_value",
    "repeat_curve",
    "retention_curve",
    "spend_independence",
    "split_ranges",
    "split_table",
]

_HOMES = {
    "allocation": (
        "ContactPlan",
        "Segment",
        "allocate_budget",
        "budget_frontier",
        "plan_contacts",
        "split_ranges",
    ),
    "equity": (
        "BudgetLimits",
        "DriverLogit",
        "Response",
        "SwitchingMatrix",
        "budget_ranges",
        "budget_sensitivities",
        "campaign_result",
        "driver_effect",
        "elasticities",
        "margin_multiple",
        "movement_statement",
        "optimal_budgets",
        "payback_period",
        "portfolio_value",
        "referral_value",
    ),
    "fitted": ("Fitted", "fitted_from_json"),
    "history": (
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
    ),
    "lifetime": (
        "BetaGeometric",
        "BetaGeometricBetaBernoulli",
        "BetaGeometricCorrelated",
        "BetaGeometricCovariates",
        "BetaGeometricRegular",
        "BuyingPool",
        "ModifiedBetaGeometric",
        "ModifiedBetaGeometricRegular",
        "NegativeBinomial",
        "ParetoNBD",
        "ParetoNBDCorrelated",
        "ParetoNBDCovariates",
        "choose_penalty",
        "likelihood_ratio",
    ),
    "retention": (
        "BetaDiscreteWeibull",
        "MarkovMigration",
        "ShiftedBetaGeometric",
        "contract_base_value",
        "kaplan_meier",
        "log_rank",
        "nelson_aalen",
        "recency_migration",
        "recency_rates",
        "renewal_value",
        "retention_curve",
    ),
    "spend": ("GammaGamma", "spend_independence"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
