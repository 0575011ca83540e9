"""Histories of people whose pace of buying and propensity to leave go together, event by event.

Pairs of propensities are drawn from the joint density as it is written, by rejection: nothing here uses the sums of
shifted members that `lifetime` computes with.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, require_positive
from fleuve_analytics.simulate.customers import SimulatedCustomers, live

__all__ = ["simulate_beta_geometric_correlated", "simulate_pareto_nbd_correlated"]


def simulate_beta_geometric_correlated(
    age: npt.ArrayLike,
    horizon: float,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
    m: float,
    reference_time: float | None = None,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People who may leave after each repeat purchase, frequent buyers sooner (m > 0) or later (m < 0) than others.

    m and reference_time: as `BetaGeometricCorrelated` defines them; `InvalidSetting` where m is beyond its bounds.
    """
    require_positive(r=r, alpha=alpha, a=a, b=b)
    old = np.asarray(age, dtype=np.float64)
    time = alpha if reference_time is None else reference_time
    rate, leaving = _tied(
        old.size,
        (lambda size: rng.gamma(r, 1 / alpha, size), lambda rate: np.exp(-time * rate), (1 + time / alpha) ** -r),
        (lambda size: rng.beta(a, b, size), lambda chance: 1 - chance, b / (a + b)),
        m,
        rng,
    )
    return live(old, horizon, rate.reshape(old.shape), leaving.reshape(old.shape), np.full(old.shape, np.inf), rng)


def simulate_pareto_nbd_correlated(
    age: npt.ArrayLike,
    horizon: float,
    *,
    r: float,
    alpha: float,
    s: float,
    beta: float,
    m: float,
    reference_time: float | None = None,
    rng: np.random.Generator,
) -> SimulatedCustomers:
    """People who may leave at any moment, frequent buyers sooner (m > 0) or later (m < 0) than others."""
    require_positive(r=r, alpha=alpha, s=s, beta=beta)
    old = np.asarray(age, dtype=np.float64)
    buying, staying = (alpha, beta) if reference_time is None else (reference_time, reference_time)
    rate, leaving = _tied(
        old.size,
        (lambda size: rng.gamma(r, 1 / alpha, size), lambda rate: np.exp(-buying * rate), (1 + buying / alpha) ** -r),
        (lambda size: rng.gamma(s, 1 / beta, size), lambda rate: np.exp(-staying * rate), (1 + staying / beta) ** -s),
        m,
        rng,
    )
    with np.errstate(divide="ignore"):
        leaves_at = rng.exponential(size=old.shape) / leaving.reshape(old.shape)
    return live(old, horizon, rate.reshape(old.shape), np.zeros(old.shape), leaves_at, rng)


# How one propensity is drawn, what chance it gives that nothing happens, and the mean of that chance.
Propensity = tuple[Callable[[int], FloatArray], Callable[[FloatArray], FloatArray], float]


def _tied(
    size: int, buying: Propensity, leaving: Propensity, m: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Pairs of propensities with the joint density f·g·(1 + m·φ·ψ)."""
    corners = [(one - buying[2]) * (other - leaving[2]) for one in (0, 1) for other in (0, 1)]
    densities = [1 + m * corner for corner in corners]
    if min(densities) < -1e-9:
        raise InvalidSetting(
            f"m must lie between {-1 / max(corners):g} and {-1 / min(corners):g} here, not at {m:g}.", code="m"
        )
    first, second = np.empty(size), np.empty(size)
    todo = np.arange(size)
    while todo.size:
        first[todo], second[todo] = buying[0](todo.size), leaving[0](todo.size)
        density = 1 + m * (buying[1](first[todo]) - buying[2]) * (leaving[1](second[todo]) - leaving[2])
        todo = todo[rng.random(todo.size) * max(densities) >= density]
    return first, second
