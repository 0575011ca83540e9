"""How often somebody who leaves by a chance after each purchase buys within a time: mean, and chance of each number.

Purchases come at random at a rate from Gamma(shape, rate); after each the person leaves with a chance from Beta(a, b).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, betaln, gammaincinv, gammaln, hyp2f1, ndtri

from fleuve_analytics.numerics import FloatArray, gauss_legendre

__all__ = ["count_probability", "mean_count"]

# The mean below divides by a − 1. The function itself is smooth there: close to 1 the line through two neighbours
# stands in for it, wrong by less than the square of their distance.
NEAR_ONE = 1e-4
QUANTILES = 200


def mean_count(ahead: FloatArray, shape: Any, rate: Any, a: Any, b: Any) -> FloatArray:
    """Mean number of purchases of a living customer with Gamma(shape, rate) and Beta(a, b)."""
    near = np.abs(np.asarray(a) - 1) < NEAR_ONE
    if not near.any():
        return _closed_mean(ahead, shape, rate, a, b)
    low = _closed_mean(ahead, shape, rate, np.where(near, 1 - NEAR_ONE, a), b)
    high = _closed_mean(ahead, shape, rate, np.where(near, 1 + NEAR_ONE, a), b)
    return np.where(near, low + (a - 1 + NEAR_ONE) / (2 * NEAR_ONE) * (high - low), low)


def _closed_mean(ahead: FloatArray, shape: Any, rate: Any, a: Any, b: Any) -> FloatArray:
    """Equation 9 of the paper after Euler's transformation of the hypergeometric function.

    Its arguments then stay small whatever the number of past purchases: the published form overflows from about 200
    purchases on. Where parameters are so extreme (a population without differences) that the function still gives no
    number, the mean over leaving chances is taken numerically instead.
    """
    total = a + b - 1
    share = ahead / (rate + ahead)
    kept = (a - 1) * np.log1p(-share)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = total / (a - 1) * (1 - np.exp(kept) * hyp2f1(total - shape, a - 1, total, share))
    lost = ~np.isfinite(mean)
    if not np.any(lost):
        return np.asarray(mean, dtype=np.float64)
    those = (np.broadcast_to(part, np.shape(mean))[lost] for part in (ahead, shape, rate, a, b))
    mean = np.array(mean, dtype=np.float64)
    mean[lost] = _mean_over_chances(*those)
    return mean


def _mean_over_chances(
    ahead: FloatArray, shape: FloatArray, rate: FloatArray, a: FloatArray, b: FloatArray
) -> FloatArray:
    """Mean of (1 − (1 + p·t/rate)^−shape)/p over the Beta(a, b) of leaving chances p."""
    mean = np.empty(a.size)
    alike = a >= ALIKE
    for those, nodes_of in ((alike, _leaving_nodes), (~alike, _leaving_spread)):
        spreads, place = np.unique(np.column_stack([a, b])[those], axis=0, return_inverse=True)
        chances, weights = (part[place.ravel()] for part in nodes_of(*spreads.T))
        growth = shape[those, np.newaxis] * np.log1p(chances * (ahead / rate)[those, np.newaxis])
        mean[those] = (-np.expm1(-growth) / chances * weights).sum(axis=1)
    return mean


# From this first parameter on, chances differ by less than a fifth from person to person, and a few nodes are exact.
ALIKE = 30.0
FEW = 24


def _leaving_nodes(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of Gauss's integration over each Beta(a, b): one row each.

    They are the eigenvalues of the matrix of the recurrence of its polynomials (Golub & Welsch 1969, Mathematics of
    Computation 23), written in sums and products of positive numbers, so that small chances keep all their digits: the
    canonical moments of Beta laws (Dette & Studden 1997, The Theory of Canonical Moments, section 1.5).
    """
    step = np.arange(1, 2 * FEW)
    half, total = step // 2, (a + b)[:, np.newaxis]
    odd = step % 2 == 1
    moment = np.where(odd, a[:, np.newaxis] + half, half) / (total + step - 1)
    rest = np.where(odd, b[:, np.newaxis] + half, total + half - 1) / (total + step - 1)
    link = moment * np.column_stack([np.ones(a.size), rest[:, :-1]])
    matrix = np.zeros((a.size, FEW, FEW))
    along = np.arange(FEW)
    matrix[:, along, along] = link[:, ::2] + np.column_stack([np.zeros(a.size), link[:, 1::2]])
    # The lower triangle is the one that is read.
    matrix[:, along[1:], along[:-1]] = np.sqrt(link[:, :-1:2] * link[:, 1::2])
    nodes, directions = np.linalg.eigh(matrix)
    return nodes, directions[:, 0, :] ** 2


def _leaving_spread(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Quantiles of each Beta(a, b) and what each weighs: for chances that differ much between people."""
    nodes, weights = gauss_legendre(QUANTILES)
    chances = np.maximum(_leaving_quantiles(nodes, a, b), 1e-300)
    return chances, np.broadcast_to(weights, chances.shape)


# Above this, the inverse of the incomplete beta function takes up to seconds a call. A Beta(a, b) chance is X/(X + Y)
# of two gamma waits; the large one is then taken at its mean, wrong by less than one part in a thousand.
LARGE = 1e6


def _leaving_quantiles(nodes: FloatArray, a: npt.ArrayLike, b: FloatArray) -> FloatArray:
    """Quantiles of Beta(a, b) at the nodes: one row for each b, with its a or one for all."""
    a = np.broadcast_to(np.asarray(a, dtype=np.float64), b.shape)
    quantiles = np.empty((b.size, nodes.size))
    small = (b <= LARGE) & (a <= LARGE)
    quantiles[small] = betaincinv(a[small, np.newaxis], b[small, np.newaxis], nodes)
    for row in np.flatnonzero(~small):
        to_leave = _waits(a[row], nodes) if a[row] <= b[row] else a[row]
        to_stay = _waits(b[row], 1 - nodes) if b[row] < a[row] else b[row]
        quantiles[row] = to_leave / (to_leave + to_stay)
    return quantiles


def _waits(shape: float, nodes: FloatArray) -> FloatArray:
    """Quantiles of Gamma(shape); normal ones where the shape is so large that the two agree."""
    return np.asarray(gammaincinv(shape, nodes) if shape <= LARGE else shape + np.sqrt(shape) * ndtri(nodes))


def count_probability(count: npt.ArrayLike, ahead: FloatArray, shape: Any, rate: Any, a: float, b: Any) -> FloatArray:
    """Chance that a living customer makes exactly `count` purchases: all positive terms, so small chances stay exact.

    Either the wish for purchases ends at `count` and the customer survived the chances before it, or the wish goes
    beyond and the customer leaves right at purchase `count`.
    """
    n = np.asarray(count, dtype=np.float64)
    share = ahead / (rate + ahead)
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.where(n > 0, n * np.log(share), 0.0)
    wish = np.exp(gammaln(shape + n) - gammaln(shape) - gammaln(n + 1) - shape * np.log1p(ahead / rate) + powers)
    bought = np.maximum(n, 1.0)
    reaches = np.exp(betaln(a, b + bought - 1) - betaln(a, b))
    leaves = np.exp(betaln(a + 1, b + bought - 1) - betaln(a, b))
    beyond = betainc(bought + 1, shape, share)
    return np.asarray(np.where(n > 0, wish * reaches + beyond * leaves, wish), dtype=np.float64)
