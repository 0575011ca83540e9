"""Customers under contract: leaving is seen when it happens.

`ShiftedBetaGeometric` and `BetaDiscreteWeibull` project renewals and value them; `kaplan_meier`, `nelson_aalen` and
`retention_curve` show what happened without a model, `log_rank` compares groups; `MarkovMigration` values customers who
come and go by how recently they bought.
"""

from fleuve_analytics.retention.beta_discrete_weibull import BetaDiscreteWeibull, FittedBetaDiscreteWeibull
from fleuve_analytics.retention.contracts import FittedContract, LeavingPosterior
from fleuve_analytics.retention.curves import Estimate, HazardCurve, SurvivalCurve, kaplan_meier, nelson_aalen
from fleuve_analytics.retention.durations import Durations, survivors_to_durations
from fleuve_analytics.retention.migration import MarkovMigration, Stopping, recency_migration
from fleuve_analytics.retention.policy import Policy, best_policy
from fleuve_analytics.retention.ranks import LogRank, log_rank
from fleuve_analytics.retention.rates import RetentionCurve, expected_lifetime, retention_curve
from fleuve_analytics.retention.recency import (
    RecencyRates,
    StateValues,
    TransitionRates,
    recency_rates,
    recency_value,
    transition_rates,
)
from fleuve_analytics.retention.renewals import (
    ContractBaseValue,
    constant_retention_value,
    contract_base_value,
    renewal_value,
)
from fleuve_analytics.retention.shifted_beta_geometric import FittedShiftedBetaGeometric, ShiftedBetaGeometric

__all__ = [
    "BetaDiscreteWeibull",
    "ContractBaseValue",
    "Durations",
    "Estimate",
    "FittedBetaDiscreteWeibull",
    "FittedContract",
    "FittedShiftedBetaGeometric",
    "HazardCurve",
    "LeavingPosterior",
    "LogRank",
    "MarkovMigration",
    "Policy",
    "RecencyRates",
    "RetentionCurve",
    "ShiftedBetaGeometric",
    "StateValues",
    "Stopping",
    "SurvivalCurve",
    "TransitionRates",
    "best_policy",
    "constant_retention_value",
    "contract_base_value",
    "expected_lifetime",
    "kaplan_meier",
    "log_rank",
    "nelson_aalen",
    "recency_migration",
    "recency_rates",
    "recency_value",
    "renewal_value",
    "retention_curve",
    "survivors_to_durations",
    "transition_rates",
]
