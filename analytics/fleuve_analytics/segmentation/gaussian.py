"""Expectation-maximisation of a Gaussian mixture with a weak prior on the covariances.

Without a prior, a component that settles on a few equal customers has an infinite likelihood. The prior of Fraley &
Raftery (2007), an inverse Wishart with p + 2 degrees of freedom whose scale is the variance of the data divided by
K^(2/p), weighs like a few customers a component and removes these false summits; means have no prior. Features come
standardised, so that variance is one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.segmentation.choice import shares_of
from fleuve_analytics.segmentation.rows import Rows

__all__ = ["GaussianMixture", "best_start", "climb", "log_joint"]

STEPS = 2_000
# Gain of the penalised log-likelihood per customer below which the search ends; a start is given up much earlier.
STILL, ROUGH = 1e-9, 1e-5
LOG_TWO_PI = float(np.log(2 * np.pi))


@dataclass(frozen=True, eq=False)
class GaussianMixture:
    """Proportions (K,), means (K, p) and covariances (K, p, p) with the value that they reached."""

    proportions: FloatArray
    means: FloatArray
    covariances: FloatArray
    value: float = -np.inf
    converged: bool = False

    @property
    def parameters(self) -> int:
        """How many free numbers it has, for a criterion: zero off-diagonals are counted by the caller."""
        count, width = self.means.shape
        return int(count - 1 + count * width + count * width * (width + 1) // 2)


def log_joint(mixture: GaussianMixture, values: FloatArray) -> FloatArray:
    """ln (proportion × density) of each row under each component, (n, K)."""
    count, width = mixture.means.shape
    parts = np.empty((len(values), count))
    for k in range(count):
        lower = np.linalg.cholesky(mixture.covariances[k])
        away = np.linalg.solve(lower, (values - mixture.means[k]).T)
        half = np.log(np.diagonal(lower)).sum() + width * LOG_TWO_PI / 2
        parts[:, k] = np.log(mixture.proportions[k]) - half - np.einsum("ij,ij->j", away, away) / 2
    return parts


def best_start(rows: Rows, count: int, starts: int, diagonal: bool, rng: np.random.Generator) -> GaussianMixture:
    """The best of several rough searches, each from centres drawn far apart.

    Reference: Arthur & Vassilvitskii (2007), "k-means++: the advantages of careful seeding".
    """
    tries = []
    for _ in range(starts if count > 1 else 1):
        centres = _far_apart(rows, count, rng)
        nearest = np.argmin(((rows.values[:, np.newaxis] - centres[np.newaxis]) ** 2).sum(axis=2), axis=1)
        begun = _maximised(rows, np.eye(count)[nearest], diagonal)
        tries.append(climb(rows, begun, diagonal, still=ROUGH))
    return max(tries, key=lambda mixture: mixture.value)


def climb(rows: Rows, mixture: GaussianMixture, diagonal: bool, still: float = STILL) -> GaussianMixture:
    """Alternate memberships and parameters until the penalised log-likelihood rises no more."""
    value = -np.inf
    for _ in range(STEPS):
        chances, density = shares_of(log_joint(mixture, rows.values))
        reached = (float(rows.weight @ density) + _log_prior(mixture)) / rows.total
        if reached - value < still:
            return GaussianMixture(mixture.proportions, mixture.means, mixture.covariances, reached, True)
        value, mixture = reached, _maximised(rows, chances, diagonal)
    return GaussianMixture(mixture.proportions, mixture.means, mixture.covariances, value, False)


def _maximised(rows: Rows, chances: FloatArray, diagonal: bool) -> GaussianMixture:
    """The best parameters given memberships."""
    width = rows.values.shape[1]
    weighted = chances * rows.weight[:, np.newaxis]
    # A component that lost everybody keeps a trace, so that it can neither divide by zero nor vanish.
    sizes = np.maximum(weighted.sum(axis=0), 1e-10)
    means = (weighted.T @ rows.values) / sizes[:, np.newaxis]
    scale = _prior_scale(sizes.size, width)
    covariances = np.empty((sizes.size, width, width))
    for k in range(sizes.size):
        away = rows.values - means[k]
        spread = (away * weighted[:, k : k + 1]).T @ away + scale
        covariances[k] = (np.diag(np.diagonal(spread)) if diagonal else spread) / (sizes[k] + 2 * width + 3)
    return GaussianMixture(sizes / sizes.sum(), means, covariances)


def _prior_scale(count: int, width: int) -> FloatArray:
    """Spherical: a prior that knew the correlation of all would press it on each segment."""
    return np.asarray(np.eye(width) / count ** (2 / width))


def _log_prior(mixture: GaussianMixture) -> float:
    """Log density of the inverse Wishart prior, up to a constant: what keeps the covariances from collapsing."""
    count, width = mixture.means.shape
    scale, total = _prior_scale(count, width), 0.0
    for covariance in mixture.covariances:
        total -= (2 * width + 3) * float(np.linalg.slogdet(covariance)[1]) / 2
        total -= float(np.trace(np.linalg.solve(covariance, scale))) / 2
    return total


def _far_apart(rows: Rows, count: int, rng: np.random.Generator) -> FloatArray:
    centres = np.empty((count, rows.values.shape[1]))
    far = np.ones(len(rows.values))
    for k in range(count):
        chance = np.cumsum(far * rows.weight)
        # Fewer distinct rows than centres: any row will do, as all distances are zero.
        reach = chance if chance[-1] > 0 else np.cumsum(rows.weight)
        centres[k] = rows.values[np.searchsorted(reach, rng.random() * reach[-1], side="right")]
        away = ((rows.values - centres[k]) ** 2).sum(axis=1)
        far = away if k == 0 else np.minimum(far, away)
    return centres
