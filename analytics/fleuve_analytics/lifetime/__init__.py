"""Is this person still a customer, and how often will she buy again?

`BetaGeometric` is the default; `ModifiedBetaGeometric` where one-time buyers are many; `ParetoNBD` is the classic that
lets people leave at any moment rather than after a purchase. `BetaGeometricRegular` and `ModifiedBetaGeometricRegular`
know that people may keep a rhythm.
"""

from fleuve_analytics.lifetime.beta_geometric import BetaGeometric, FittedBetaGeometric
from fleuve_analytics.lifetime.beta_geometric_regular import BetaGeometricRegular, FittedBetaGeometricRegular
from fleuve_analytics.lifetime.futures import FittedBuying, SimulatedHistories
from fleuve_analytics.lifetime.modified_beta_geometric import FittedModifiedBetaGeometric, ModifiedBetaGeometric
from fleuve_analytics.lifetime.modified_beta_geometric_regular import (
    FittedModifiedBetaGeometricRegular,
    ModifiedBetaGeometricRegular,
)
from fleuve_analytics.lifetime.pareto_nbd import FittedParetoNBD, ParetoNBD

__all__ = [
    "BetaGeometric",
    "BetaGeometricRegular",
    "FittedBetaGeometric",
    "FittedBetaGeometricRegular",
    "FittedBuying",
    "FittedModifiedBetaGeometric",
    "FittedModifiedBetaGeometricRegular",
    "FittedParetoNBD",
    "ModifiedBetaGeometric",
    "ModifiedBetaGeometricRegular",
    "ParetoNBD",
    "SimulatedHistories",
]
