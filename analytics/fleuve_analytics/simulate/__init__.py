"""Made-up customers whose truth is known: to prove a model, to teach it, to try a page."""

from fleuve_analytics.simulate.choices import simulate_driver_choices, simulate_recency_purchases
from fleuve_analytics.simulate.contracts import (
    SimulatedContracts,
    simulate_beta_discrete_weibull,
    simulate_shifted_beta_geometric,
)
from fleuve_analytics.simulate.correlated import (
    simulate_beta_geometric_correlated,
    simulate_pareto_nbd_correlated,
)
from fleuve_analytics.simulate.covariates import (
    simulate_beta_geometric_covariates,
    simulate_pareto_nbd_covariates,
)
from fleuve_analytics.simulate.customers import (
    SimulatedCustomers,
    simulate_beta_geometric,
    simulate_beta_geometric_regular,
    simulate_modified_beta_geometric,
    simulate_modified_beta_geometric_regular,
    simulate_pareto_nbd,
)
from fleuve_analytics.simulate.opportunities import simulate_beta_geometric_beta_bernoulli
from fleuve_analytics.simulate.rhythms import simulate_rhythms
from fleuve_analytics.simulate.spends import simulate_gamma_gamma

__all__ = [
    "SimulatedContracts",
    "SimulatedCustomers",
    "simulate_beta_discrete_weibull",
    "simulate_beta_geometric",
    "simulate_beta_geometric_beta_bernoulli",
    "simulate_beta_geometric_correlated",
    "simulate_beta_geometric_covariates",
    "simulate_beta_geometric_regular",
    "simulate_driver_choices",
    "simulate_gamma_gamma",
    "simulate_modified_beta_geometric",
    "simulate_modified_beta_geometric_regular",
    "simulate_pareto_nbd",
    "simulate_pareto_nbd_correlated",
    "simulate_pareto_nbd_covariates",
    "simulate_recency_purchases",
    "simulate_rhythms",
    "simulate_shifted_beta_geometric",
]
