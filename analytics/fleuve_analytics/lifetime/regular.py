"""The likelihood of regular buyers: BG/CNBD-k and MBG/CNBD-k.

As in `geometric`, except that a person does not buy at random: each gap between purchases is the sum of k exponential
stages, Erlang(k, λ). k = 1 is random buying; the larger k, the more even the rhythm, and the more a silence tells.

Letters: x frequency, t_x recency, T age; r, α (alpha) shape and rate of the Gamma of *stage* rates λ, so that a person
buys λ/k times per unit of time; a, b of the Beta of leaving chances. By the last purchase kx stages were passed, so
given it λ is Gamma(s, α+t_x) with s = r + kx. With q = (T−t_x)/(α+T), the share of the clock that was silent, a living
customer stays silent until T with probability (1−q)^s · P, P = Σ (s)_j/j! · q^j over the j < k stages that may have
passed unseen. All terms are positive, so nothing cancels, whatever the length of a history.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import betaln, expit, gammaln, psi

from fleuve_analytics.lifetime.geometric import log_first_odds
from fleuve_analytics.lifetime.observations import Observations
from fleuve_analytics.numerics import FloatArray

__all__ = ["log_odds_left", "mean_log_likelihood", "unseen_stages"]


def mean_log_likelihood(
    log_parameters: FloatArray, seen: Observations, first_chance: int, k: int
) -> tuple[float, FloatArray]:
    """Mean log-likelihood per customer, and its gradient in the logarithms of (r, α, a, b).

    Per customer: ln L = head(x) − s ln(α+T) + ln P + ln(1 + odds), odds being "left after the last purchase" against
    "still a customer": a/(b+n−1) · ((α+T)/(α+t_x))^s / P with n = x + first_chance, and 0 when n = 0. The part that
    depends on k and the data alone, (k−1) Σ ln gap − x ln Γ(k), is left to the caller: it is a constant of the search.
    """
    r, alpha, a, b = np.exp(log_parameters)
    x = seen.frequencies
    chances, stages = x + first_chance, r + k * x
    shape = stages[seen.group]
    log_now, log_last = np.log(alpha + seen.age), np.log(alpha + seen.recency)
    silence, by_shape, by_share = _silence(shape, (seen.age - seen.recency) / (alpha + seen.age), k)
    log_odds = log_first_odds(a, b, chances)[seen.group] + shape * (log_now - log_last) - silence
    left = expit(log_odds)
    head = gammaln(stages) - gammaln(r) + r * np.log(alpha) + betaln(a, b + chances) - betaln(a, b)
    value = seen.weight @ (head[seen.group] - shape * log_now + silence + np.logaddexp(0, log_odds))

    many, gone = seen.per_frequency(np.ones_like(left)), seen.per_frequency(left)
    waited = (1 - left) * (log_now - by_shape) + left * log_last
    pull = (1 - left) * (shape + by_share) / (alpha + seen.age) + left * shape / (alpha + seen.recency)
    survived = np.maximum(b + chances - 1, np.where(chances > 0, 0.0, np.inf))
    gradient = np.array(
        [
            many @ (psi(stages) - psi(r) + np.log(alpha)) - seen.weight @ waited,
            seen.total * r / alpha - seen.weight @ pull,
            many @ (psi(a + b) - psi(a + b + chances)) + gone.sum() / a,
            many @ (psi(b + chances) - psi(b) + psi(a + b) - psi(a + b + chances)) - gone @ (1 / survived),
        ]
    )
    return float(value / seen.total), gradient * np.array([r, alpha, a, b]) / seen.total


def _silence(shape: FloatArray, share: FloatArray, k: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """ln P, its derivative in s, and its derivative in ln q."""
    term, total = np.ones_like(shape), np.ones_like(shape)
    grown, by_shape, by_share = np.zeros_like(shape), np.zeros_like(shape), np.zeros_like(shape)
    for j in range(1, k):
        term = term * (shape + (j - 1)) * share / j
        total += term
        grown += 1 / (shape + (j - 1))
        by_shape += term * grown
        by_share += j * term
    return np.log(total), by_shape / total, by_share / total


def unseen_stages(shape: Any, share: Any, k: int) -> tuple[FloatArray, FloatArray]:
    """Chance of each number j < k of stages passed since the last purchase, along a last axis; and ln P.

    shape: r + kx; share: (T−t_x)/(α+T); arrays that broadcast.
    """
    shape, share = np.broadcast_arrays(np.asarray(shape, np.float64), np.asarray(share, np.float64))
    terms = np.ones((*shape.shape, k))
    for j in range(1, k):
        terms[..., j] = terms[..., j - 1] * (shape + (j - 1)) * share / j
    total = terms.sum(axis=-1)
    return terms / total[..., np.newaxis], np.log(total)


def log_odds_left(
    letters: tuple[float, float, float, float],
    x: FloatArray,
    last: FloatArray,
    age: FloatArray,
    first_chance: int,
    k: int,
) -> FloatArray:
    """ln of the odds "has left" against "still a customer", per history; −∞ for those who had no chance to leave."""
    r, alpha, a, b = letters
    shape = r + k * x
    _, silence = unseen_stages(shape, (age - last) / (alpha + age), k)
    return np.asarray(
        log_first_odds(a, b, x + first_chance) + shape * np.log((alpha + age) / (alpha + last)) - silence,
        dtype=np.float64,
    )
