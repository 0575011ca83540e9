"""Is this person still a customer, and how often will she buy again?

`BetaGeometric` is the default; `ModifiedBetaGeometric` where one-time buyers are many; `ParetoNBD` is the classic that
lets people leave at any moment rather than after a purchase. `BetaGeometricRegular` and `ModifiedBetaGeometricRegular`
know that people may keep a rhythm. `BetaGeometricBetaBernoulli` is for what can be bought at set opportunities only,
`NegativeBinomial` for comparison: there, nobody leaves.
"""

from fleuve_analytics.lifetime.beta_geometric import BetaGeometric, FittedBetaGeometric
from fleuve_analytics.lifetime.beta_geometric_beta_bernoulli import (
    BetaGeometricBetaBernoulli,
    FittedBetaGeometricBetaBernoulli,
)
from fleuve_analytics.lifetime.beta_geometric_regular import BetaGeometricRegular, FittedBetaGeometricRegular
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories
from fleuve_analytics.lifetime.intervals import Interval, bootstrap_intervals, delta_interval
from fleuve_analytics.lifetime.modified_beta_geometric import FittedModifiedBetaGeometric, ModifiedBetaGeometric
from fleuve_analytics.lifetime.modified_beta_geometric_regular import (
    FittedModifiedBetaGeometricRegular,
    ModifiedBetaGeometricRegular,
)
from fleuve_analytics.lifetime.negative_binomial import FittedNegativeBinomial, NegativeBinomial
from fleuve_analytics.lifetime.pareto_nbd import FittedParetoNBD, ParetoNBD

__all__ = [
    "BetaGeometric",
    "BetaGeometricBetaBernoulli",
    "BetaGeometricRegular",
    "FittedBetaGeometric",
    "FittedBetaGeometricBetaBernoulli",
    "FittedBetaGeometricRegular",
    "FittedBuying",
    "FittedModifiedBetaGeometric",
    "FittedModifiedBetaGeometricRegular",
    "FittedNegativeBinomial",
    "FittedParetoNBD",
    "Interval",
    "ModifiedBetaGeometric",
    "ModifiedBetaGeometricRegular",
    "NegativeBinomial",
    "ParetoNBD",
    "SimulatedHistories",
    "bootstrap_intervals",
    "delta_interval",
]
