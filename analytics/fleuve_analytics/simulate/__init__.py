"""Made-up customers whose truth is known: to prove a model, to teach it, to try a page."""

from fleuve_analytics.simulate.customers import (
    SimulatedCustomers,
    simulate_beta_geometric,
    simulate_modified_beta_geometric,
    simulate_pareto_nbd,
)
from fleuve_analytics.simulate.spends import simulate_gamma_gamma

__all__ = [
    "SimulatedCustomers",
    "simulate_beta_geometric",
    "simulate_gamma_gamma",
    "simulate_modified_beta_geometric",
    "simulate_pareto_nbd",
]
