"""How many purchases a living regular buyer makes: exact chances and means, without overflow and without cancellation.

A living customer has passed j < k unseen stages since her last purchase (chances w_j), and given j her stage rate is
Gamma(s+j, α+T). Within t she passes N more stages, a negative binomial number, and wishes for W = ⌊(j+N)/k⌋ purchases;
she makes M = min(W, G) of them, G being the purchase after which she leaves: beta-geometric, independent of the rate.

The mean is E(M) = Σ P(j+N = y) · E(min(⌊y/k⌋, G)), a plain sum of positive terms. (The paper prints an approximation:
the mean of the random buyer, rescaled.) Long sums end by the Euler-Maclaurin formula.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaln, gammaln

from fleuve_analytics.lifetime.survivals import mean_survivals
from fleuve_analytics.numerics import FloatArray, gauss_legendre

__all__ = ["chance_of_count", "mean_count"]

ROWS = 8_192
# Sums of up to so many stages are summed to the end; longer ones after these first stages by integration.
LONGEST_SUM, FIRST_STAGES = 4_096, 256
# e^−41 = 2e-18: what lies beyond is lost in the rounding.
UNSEEN = 41.0
# Below e^−600 the first term of the sum is no longer exact in floats.
DEEPEST = 600.0
NODES = 64


def chance_of_count(
    count: npt.ArrayLike, ahead: FloatArray, stages: FloatArray, shape: Any, rate: Any, a: float, b: Any
) -> FloatArray:
    """Chance that a living customer makes exactly `count` purchases within `ahead`.

    stages: chances of the unseen stages, along a last axis of length k; shape, rate: s and α+T; a, b: her Beta of
    leaving. Either the wish ends at `count` and she stayed until then, or it goes beyond and she leaves right there.
    """
    k = stages.shape[-1]
    n = np.asarray(count, dtype=np.float64)
    columns = (n, ahead, shape, rate, b, *np.moveaxis(stages, -1, 0))
    n, ahead, shape, rate, b, *parts = np.broadcast_arrays(*columns)
    share, log_stop = ahead / (rate + ahead), np.log1p(ahead / rate)
    wish, beyond = np.zeros(n.shape), np.zeros(n.shape)
    for j, part in enumerate(parts):
        for place in range(k):
            wish += part * _passed(n * k + (place - j), shape + j, share, log_stop)
        beyond += part * betainc((n + 1) * k - j, shape + j, share)
    bought = np.maximum(n, 1.0)
    reaches = np.exp(betaln(a, b + bought - 1) - betaln(a, b))
    leaves = np.exp(betaln(a + 1, b + bought - 1) - betaln(a, b))
    return np.asarray(np.where(n > 0, wish * reaches + beyond * leaves, wish), dtype=np.float64)


def _passed(n: FloatArray, shape: FloatArray, share: FloatArray, log_stop: FloatArray) -> FloatArray:
    """Chance of exactly n more stages, a negative binomial number; 0 below none."""
    some = np.maximum(n, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.where(some > 0, some * np.log(share), 0.0)
    log_chance = gammaln(shape + some) - gammaln(shape) - gammaln(some + 1) - shape * log_stop + powers
    return np.where(n >= 0, np.exp(log_chance), 0.0)


def mean_count(ahead: FloatArray, stages: FloatArray, shape: Any, rate: Any, a: float, b: Any) -> FloatArray:
    """Mean number of purchases of a living customer within `ahead`; arguments as for `chance_of_count`."""
    columns = np.broadcast_arrays(ahead, shape, rate, b, *np.moveaxis(stages, -1, 0))
    whole = columns[0].shape
    ahead, shape, rate, b, *parts = (np.asarray(column, dtype=np.float64).ravel() for column in columns)
    reach = _furthest_stage(shape + len(parts) - 1, ahead / rate)
    mean = np.empty(ahead.size)
    order = np.argsort(reach, kind="stable")
    for start in range(0, order.size, ROWS):
        rows = order[start : start + ROWS]
        mean[rows] = _mean_of_rows(
            ahead[rows] / rate[rows], np.stack([part[rows] for part in parts]), shape[rows], a, b[rows], reach[rows]
        )
    return mean.reshape(whole)


def _furthest_stage(shape: FloatArray, odds: FloatArray) -> FloatArray:
    """A number of stages that is passed with chance e^−UNSEEN at most: bounds of the Gamma and of the Poisson law."""
    mean = (shape + np.sqrt(2 * shape * UNSEEN) + UNSEEN) * odds
    return np.asarray(mean + np.sqrt(2 * mean * UNSEEN) + UNSEEN, dtype=np.float64)


def _mean_of_rows(
    odds: FloatArray, parts: FloatArray, shape: FloatArray, a: float, b: FloatArray, reach: FloatArray
) -> FloatArray:
    k = len(parts)
    long = (reach > LONGEST_SUM) | ((shape + k) * np.log1p(odds) > DEEPEST)
    mean = np.empty(odds.size)
    for these, most in ((~long, LONGEST_SUM), (long, FIRST_STAGES // k * k)):
        if these.any():
            mean[these] = _first_terms(odds[these], parts[:, these], shape[these], a, b[these], most)
    if long.any():
        mean[long] += _later_terms(odds[long], parts[:, long], shape[long], a, b[long], reach[long])
    return mean


def _first_terms(
    odds: FloatArray, parts: FloatArray, shape: FloatArray, a: float, b: FloatArray, most: int
) -> FloatArray:
    """Σ P(j+N = y) · E(min(⌊y/k⌋, G)) over y < most, each term from the one before."""
    k, share = len(parts), odds / (1 + odds)
    chances = parts * np.exp(-(shape + np.arange(k)[:, np.newaxis]) * np.log1p(odds))
    made, stays, mean = np.zeros(odds.size), np.ones(odds.size), np.zeros(odds.size)
    for y in range(most):
        if y and y % k == 0:
            made = made + stays
            stays = stays * ((b + (y // k - 1)) / (a + b + (y // k - 1)))
        begun = chances[: y + 1]
        term = begun.sum(axis=0)
        mean += term * made
        growth = share * (shape + y)
        if y % 16 == 15 and _is_over(mean, term, made, growth / (y + 2 - k) if y + 2 > k else growth):
            break
        begun *= growth / (y + 1 - np.arange(len(begun))[:, np.newaxis])
    return mean


def _is_over(mean: FloatArray, term: FloatArray, made: FloatArray, ratio: FloatArray) -> bool:
    """Whether what is left, bounded by a geometric series, is below the rounding of the sum for every row."""
    room = 1 - ratio
    return bool(((room > 0) & (term * (made + 1) <= 1e-17 * mean * room**2)).all())


def _later_terms(
    odds: FloatArray, parts: FloatArray, shape: FloatArray, a: float, b: FloatArray, reach: FloatArray
) -> FloatArray:
    """The same sum over y ≥ FIRST_STAGES: by purchases m, as an integral over ln m, corrected at its start."""
    k = len(parts)
    first = FIRST_STAGES // k
    least = np.maximum(shape - np.sqrt(2 * shape * UNSEEN), 0.0) * odds
    least = np.maximum((least - np.sqrt(2 * least * UNSEEN)) / k, first - 0.5)
    nodes, weights = gauss_legendre(NODES)
    span = np.log(reach / k) - np.log(least)
    m = least[:, np.newaxis] * np.exp(np.maximum(span, 0.0)[:, np.newaxis] * nodes)
    columns = tuple(part[..., np.newaxis] for part in (odds, parts, shape, b))
    integral = np.sum(weights * m * _by_purchases(m, a, *columns), axis=1) * np.maximum(span, 0.0)
    # Sum − integral is f′/24 − 7f‴/5760 at first − ½; both derivatives by differences of the four terms around it.
    ends = _by_purchases(first + np.arange(-2.0, 2.0), a, *columns)
    change, third = ends[:, 2] - ends[:, 1], np.diff(ends, 3, axis=1)[:, 0]
    return np.asarray(integral + change / 24 - third * 17 / 5760, dtype=np.float64)


def _by_purchases(m: FloatArray, a: float, odds: Any, parts: Any, shape: Any, b: Any) -> FloatArray:
    """P(W = m) · E(min(m, G)) as a smooth function of m ≥ 1."""
    k, share, log_stop = len(parts), odds / (1 + odds), np.log1p(odds)
    wish = np.zeros(np.broadcast_shapes(m.shape, np.shape(odds)))
    for j, part in enumerate(parts):
        for place in range(k):
            wish += part * _passed(m * k + (place - j), shape + j, share, log_stop)
    return np.asarray(wish * (1 + mean_survivals(m - 1, a, b)), dtype=np.float64)
