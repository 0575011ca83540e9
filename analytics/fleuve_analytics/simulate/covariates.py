"""Histories of people whom something known makes buy more often or leave sooner, event by event."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from fleuve_analytics.numerics import FloatArray, require_positive
from fleuve_analytics.simulate.customers import SimulatedCustomers, live

__all__ = ["simulate_beta_geometric_covariates", "simulate_pareto_nbd_covariates"]

Effects = Mapping[str, float]
NONE: Effects = {}


def simulate_beta_geometric_covariates(
    age: npt.ArrayLike,
    horizon: float,
    covariates: Mapping[str, npt.ArrayLike],
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
    purchase: Effects = NONE,
    dropout: Effects = NONE,
    staying: Effects = NONE,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People who may leave after each repeat purchase (BG/NBD), with effects of columns on each process.

    covariates: columns by name, one value per age. purchase, dropout, staying: effect of each column, as
    `BetaGeometricCovariates` defines them; r, alpha, a and b are those of people with zeros.
    """
    require_positive(r=r, alpha=alpha, a=a, b=b)
    old = np.asarray(age, dtype=np.float64)
    rate = rng.gamma(r, 1 / alpha, old.shape) * _factor(covariates, purchase)
    leaving = rng.beta(a * _factor(covariates, dropout), b * _factor(covariates, staying), old.shape)
    return live(old, horizon, rate, leaving, np.full(old.shape, np.inf), rng)


def simulate_pareto_nbd_covariates(
    age: npt.ArrayLike,
    horizon: float,
    covariates: Mapping[str, npt.ArrayLike],
    *,
    r: float,
    alpha: float,
    s: float,
    beta: float,
    purchase: Effects = NONE,
    dropout: Effects = NONE,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People who may leave at any moment (Pareto/NBD), with effects of columns on each process."""
    require_positive(r=r, alpha=alpha, s=s, beta=beta)
    old = np.asarray(age, dtype=np.float64)
    rate = rng.gamma(r, 1 / alpha, old.shape) * _factor(covariates, purchase)
    leaving = rng.gamma(s, 1 / beta, old.shape) * _factor(covariates, dropout)
    with np.errstate(divide="ignore"):
        leaves_at = rng.exponential(size=old.shape) / leaving
    return live(old, horizon, rate, np.zeros(old.shape), leaves_at, rng)


def _factor(covariates: Mapping[str, npt.ArrayLike], effects: Effects) -> FloatArray:
    """By what each person's propensity is multiplied."""
    total: FloatArray = np.asarray(0.0, dtype=np.float64)
    for column, effect in effects.items():
        total = total + effect * np.asarray(covariates[column], dtype=np.float64)
    return np.asarray(np.exp(total), dtype=np.float64)
