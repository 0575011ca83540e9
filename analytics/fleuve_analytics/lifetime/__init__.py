"""Is this person still a customer, and how often will she buy again?

`BetaGeometric` is the default; `ModifiedBetaGeometric` where one-time buyers are many; `ParetoNBD` is the classic that
lets people leave at any moment rather than after a purchase. `BetaGeometricRegular` and `ModifiedBetaGeometricRegular`
know that people may keep a rhythm. `BetaGeometricBetaBernoulli` is for what can be bought at set opportunities only,
`NegativeBinomial` for comparison: there, nobody leaves. `BetaGeometricCovariates` and `ParetoNBDCovariates` look at
what is known of customers; in `BetaGeometricCorrelated` and `ParetoNBDCorrelated`, frequent buyers may leave sooner or
later than others. `BuyingPool` averages what several models say.
"""

from fleuve_analytics.lifetime.beta_geometric import BetaGeometric, FittedBetaGeometric
from fleuve_analytics.lifetime.beta_geometric_beta_bernoulli import (
    BetaGeometricBetaBernoulli,
    FittedBetaGeometricBetaBernoulli,
)
from fleuve_analytics.lifetime.beta_geometric_correlated import (
    BetaGeometricCorrelated,
    FittedBetaGeometricCorrelated,
)
from fleuve_analytics.lifetime.beta_geometric_covariates import (
    BetaGeometricCovariates,
    FittedBetaGeometricCovariates,
)
from fleuve_analytics.lifetime.beta_geometric_regular import BetaGeometricRegular, FittedBetaGeometricRegular
from fleuve_analytics.lifetime.comparison import LikelihoodRatio, likelihood_ratio
from fleuve_analytics.lifetime.customers import BuyingOfCustomers
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories
from fleuve_analytics.lifetime.intervals import Interval, bootstrap_intervals, delta_interval
from fleuve_analytics.lifetime.modified_beta_geometric import FittedModifiedBetaGeometric, ModifiedBetaGeometric
from fleuve_analytics.lifetime.modified_beta_geometric_regular import (
    FittedModifiedBetaGeometricRegular,
    ModifiedBetaGeometricRegular,
)
from fleuve_analytics.lifetime.negative_binomial import FittedNegativeBinomial, NegativeBinomial
from fleuve_analytics.lifetime.pareto_nbd import FittedParetoNBD, ParetoNBD
from fleuve_analytics.lifetime.pareto_nbd_correlated import FittedParetoNBDCorrelated, ParetoNBDCorrelated
from fleuve_analytics.lifetime.pareto_nbd_covariates import FittedParetoNBDCovariates, ParetoNBDCovariates
from fleuve_analytics.lifetime.penalties import PenaltyChoice, choose_penalty
from fleuve_analytics.lifetime.pool import BuyingPool, FittedBuyingPool

__all__ = [
    "BetaGeometric",
    "BetaGeometricBetaBernoulli",
    "BetaGeometricCorrelated",
    "BetaGeometricCovariates",
    "BetaGeometricRegular",
    "BuyingOfCustomers",
    "BuyingPool",
    "FittedBetaGeometric",
    "FittedBetaGeometricBetaBernoulli",
    "FittedBetaGeometricCorrelated",
    "FittedBetaGeometricCovariates",
    "FittedBetaGeometricRegular",
    "FittedBuying",
    "FittedBuyingPool",
    "FittedModifiedBetaGeometric",
    "FittedModifiedBetaGeometricRegular",
    "FittedNegativeBinomial",
    "FittedParetoNBD",
    "FittedParetoNBDCorrelated",
    "FittedParetoNBDCovariates",
    "Interval",
    "LikelihoodRatio",
    "ModifiedBetaGeometric",
    "ModifiedBetaGeometricRegular",
    "NegativeBinomial",
    "ParetoNBD",
    "ParetoNBDCorrelated",
    "ParetoNBDCovariates",
    "PenaltyChoice",
    "SimulatedHistories",
    "bootstrap_intervals",
    "choose_penalty",
    "delta_interval",
    "likelihood_ratio",
]
