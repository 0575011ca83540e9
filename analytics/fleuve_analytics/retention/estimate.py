"""From contracts to a fitted model: one road for the two contractual models."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fleuve_analytics.errors import NotEnoughData
from fleuve_analytics.fitted import Covariance, covariance_of
from fleuve_analytics.maxima import maximise
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.retention.beta_ratios import log_gamma_gap, psi_gap
from fleuve_analytics.retention.contracts import FARTHEST
from fleuve_analytics.retention.durations import Durations, RiskTable, risk_table

__all__ = ["estimate_discrete_weibull", "estimate_geometric"]

# Two or three parameters from fewer than ten departures would be a guess with decimals.
LEAST_LOST = 10
Estimate = tuple[tuple[float, ...], Covariance, float, float, bool]
Likelihood = Callable[[FloatArray, RiskTable], tuple[float, FloatArray]]


def estimate_geometric(seen: Durations) -> Estimate:
    """Parameters (α, β), covariance, log-likelihood, contracts, and whether the maximum is a true one."""
    starts = [np.zeros(2), np.array([0.0, 2.0]), np.array([2.0, 4.0]), np.array([-2.0, -1.0])]
    return _climb(_geometric, _enough(seen, 2), starts)


def estimate_discrete_weibull(seen: Durations) -> Estimate:
    """The same for (α, β, c), starting near the model whose chances do not change with tenure."""
    table = _enough(seen, 3)
    (alpha, beta), *_ = estimate_geometric(seen)
    near = np.clip(np.log([alpha, beta]), -5.0, 5.0)
    starts = [np.array([*near, 0.0]), np.zeros(3), np.array([-1.0, 1.0, 0.5]), np.array([1.0, 1.0, -1.0])]
    return _climb(_discrete_weibull, table, starts)


def _climb(likelihood: Likelihood, table: RiskTable, starts: list[FloatArray]) -> Estimate:
    top = maximise(lambda at: likelihood(at, table), starts)
    parameters = np.exp(top.at)
    covariance = covariance_of(top.hessian, parameters, table.contracts)
    return tuple(parameters.tolist()), covariance, top.value * table.contracts, table.contracts, top.is_inside


def _geometric(log_parameters: FloatArray, table: RiskTable) -> tuple[float, FloatArray]:
    """Mean log-likelihood of a contract and its gradient by (ln α, ln β), with chance of leaving α/(α+β+t−1) at t."""
    alpha, beta = np.exp(log_parameters).tolist()
    rest, lost, renewed = beta + table.age - 1, table.lost, table.renewed
    value = -(renewed @ np.log1p(alpha / rest) + lost @ np.log1p(rest / alpha))
    leaves = alpha / (alpha + rest)
    surprise = lost - table.at_risk * leaves  # lost beyond expectation
    gradient = np.array([surprise.sum(), -(surprise @ (beta / rest))])
    return float(value / table.contracts), gradient / table.contracts


def _discrete_weibull(log_parameters: FloatArray, table: RiskTable) -> tuple[float, FloatArray]:
    """The same by (ln α, ln β, ln c), with renewal probability B(α, β+t^c) / B(α, β+(t−1)^c) at t."""
    alpha, beta, c = np.exp(log_parameters).tolist()
    ages = np.concatenate([[0.0], table.age])
    with np.errstate(divide="ignore"):
        power = np.minimum(c * np.log(ages), FARTHEST)
    grown = beta + np.exp(power)
    log_renews = np.minimum(np.diff(log_gamma_gap(grown, alpha)), -1e-300)
    by_alpha = np.diff(_minus_psi(grown + alpha))
    slope = psi_gap(grown, alpha)
    by_c = np.diff(slope * np.exp(power) * np.where(ages > 0, power, 0.0))
    leaves = -np.expm1(log_renews)
    value = table.renewed @ log_renews + table.lost @ np.log(leaves)
    pull = table.renewed - table.lost * np.exp(log_renews) / leaves
    gradient = np.array([alpha * (pull @ by_alpha), beta * (pull @ np.diff(slope)), pull @ by_c])
    return float(value / table.contracts), gradient / table.contracts


def _minus_psi(z: FloatArray) -> FloatArray:
    from scipy.special import psi

    return np.asarray(-psi(z), dtype=np.float64)


def _enough(seen: Durations, parameters: int) -> RiskTable:
    """The table of renewals, or `NotEnoughData` when it cannot tell so many parameters."""
    if not seen.weights.sum() > 0:
        raise NotEnoughData("There is no contract to learn from. Load contracts first.", code="empty")
    table = risk_table(seen)
    lost, renewed = float(table.lost.sum()), float(table.renewed.sum())
    if lost < LEAST_LOST or renewed == 0:
        raise NotEnoughData(
            f"{lost:g} contracts were lost and {renewed:g} renewals made; at least {LEAST_LOST} losses and one renewal "
            "are needed. Use a longer history, or fit several groups together.",
            code="few_lost",
            lost=lost,
            renewed=renewed,
            needed=LEAST_LOST,
        )
    ages = int((table.at_risk > 0).sum())
    if ages < parameters:
        raise NotEnoughData(
            f"Renewals were seen at {ages} ages; {parameters} parameters need {parameters} ages or more. Wait for the "
            "next renewals, or use a model with fewer parameters.",
            code="few_ages",
            ages=ages,
            needed=parameters,
        )
    return table
