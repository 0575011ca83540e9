"""Segments beside an independent route."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from fleuve_analytics.churn import FittedRhythm
from fleuve_analytics.churn.baskets import BasketSummary, FittedBaskets
from fleuve_analytics.churn.rhythm import Summary
from fleuve_analytics.segmentation import MixtureSegments, RateSegments, adjusted_rand
from fleuve_analytics.shares import share_interval
from scipy.integrate import dblquad, quad
from scipy.optimize import brentq
from scipy.special import gammaincc
from scipy.stats import multivariate_normal, norm, poisson


def test_a_mixture_reaches_the_likelihood_of_scikit_learns() -> None:
    mixture = pytest.importorskip("sklearn.mixture")
    rng = np.random.default_rng(1)
    rows = np.concatenate([rng.normal([0, 0], 1, (700, 2)), rng.normal([4, 2], [1, 0.5], (300, 2))])
    theirs = mixture.GaussianMixture(2, n_init=5, tol=1e-9, max_iter=1000, random_state=0).fit(rows)
    mine = MixtureSegments(segments=2).fit(rows, rng=np.random.default_rng(2))
    # Ours leans on a prior worth a few customers of a thousand.
    assert mine.log_likelihood / 1000 == pytest.approx(theirs.score(rows), abs=1e-3)
    assert mine.log_likelihood / 1000 <= theirs.score(rows) + 1e-9
    order = np.argsort(-theirs.weights_)
    assert np.array(mine.means) == pytest.approx(theirs.means_[order], abs=0.02)
    assert np.array(mine.covariances) == pytest.approx(theirs.covariances_[order], abs=0.05)
    assert mine.tried[0][1] == pytest.approx(theirs.bic(rows), abs=2)


def test_chances_are_bayes_rule_with_densities_from_elsewhere() -> None:
    rng = np.random.default_rng(3)
    rows = np.concatenate([rng.normal(0, 1, (200, 3)), rng.normal(3, 2, (100, 3))])
    fitted = MixtureSegments(segments=2).fit(rows, rng=rng)
    parts = [
        share * multivariate_normal(mean, spread).pdf(rows)
        for share, mean, spread in zip(fitted.proportions, fitted.means, fitted.covariances, strict=True)
    ]
    assert fitted.probabilities(rows) == pytest.approx(np.array(parts).T / sum(parts)[:, np.newaxis], abs=1e-9)
    assert fitted.log_likelihood == pytest.approx(np.log(sum(parts)).sum(), rel=1e-10)


def test_rates_have_the_likelihood_of_a_mixture_of_poisson_laws() -> None:
    rng = np.random.default_rng(4)
    time = rng.uniform(5, 50, 400)
    bought = rng.poisson(time * rng.choice([0.02, 0.5], 400))
    fitted = RateSegments().fit(bought, time)
    parts = [
        share * poisson(rate * time).pmf(bought) for share, rate in zip(fitted.proportions, fitted.rates, strict=True)
    ]
    assert fitted.log_likelihood == pytest.approx(np.log(sum(parts)).sum(), rel=1e-9)


def test_the_adjusted_rand_index_counts_pairs() -> None:
    rng = np.random.default_rng(5)
    one, other = rng.integers(0, 3, 40), rng.integers(0, 4, 40)
    pairs = list(combinations(range(40), 2))
    same = np.array([[one[i] == one[j], other[i] == other[j]] for i, j in pairs])
    both, first, second = (same[:, 0] & same[:, 1]).sum(), same[:, 0].sum(), same[:, 1].sum()
    expected = first * second / len(pairs)
    assert adjusted_rand(one, other) == pytest.approx((both - expected) / ((first + second) / 2 - expected))


def test_wilsons_ends_are_the_shares_that_a_score_test_just_allows() -> None:
    made, count, z = 7, 30, norm.ppf(0.975)
    low, high = share_interval(made, count)

    def distance(share: float) -> float:
        return float(abs(made / count - share) - z * math.sqrt(share * (1 - share) / count))

    assert float(low) == pytest.approx(brentq(distance, 1e-9, made / count), abs=1e-9)
    assert float(high) == pytest.approx(brentq(distance, made / count, 1 - 1e-9), abs=1e-9)


GAPS = np.array([3.0, 9.0, 5.0, 30.0, 12.0])
RHYTHM = FittedRhythm(
    customers=1.0, shapes=(0.5, 2.0), shares=(0.3, 0.7), r=1.7, beta=20.0, leaving=0.1, log_likelihood=0.0
)
SEEN = Summary(np.array([5.0]), np.array([GAPS.sum()]), np.array([np.log(GAPS).sum()]))


def gamma_density(x: float, shape: float, rate: float) -> float:
    return math.exp(shape * math.log(rate * x) - math.log(x) - rate * x - math.lgamma(shape))


def by_integration(what: Callable[[float, float], float]) -> float:
    """A figure of (shape, rate), averaged over shapes and, by numerical integration, over 1/μ ~ Gamma(r, β)."""
    total = 0.0
    for shape, share in zip(RHYTHM.shapes, RHYTHM.shares, strict=True):

        def inside(pace: float, k: float = shape) -> float:
            likelihood = math.prod(gamma_density(gap, k, k * pace) for gap in GAPS)
            return likelihood * gamma_density(pace, RHYTHM.r, RHYTHM.beta) * what(k, k * pace)

        total += share * quad(inside, 1e-12, 1.0, epsabs=0, epsrel=1e-8, limit=100, points=[0.05, 0.15, 0.4])[0]
    return total


def longer_than(days: float, k: float, rate: float) -> float:
    return float(gammaincc(k, rate * days))


def test_the_chance_of_a_longer_silence_is_that_of_numerical_integration() -> None:
    whole = by_integration(lambda k, rate: 1.0)
    assert float(np.exp(RHYTHM.log_marginal(SEEN)).sum()) == pytest.approx(whole, rel=1e-7)
    for days in (2.0, 20.0, 150.0):
        tail = by_integration(partial(longer_than, days)) / whole
        assert float(RHYTHM.tail(np.array([days]), SEEN)[0]) == pytest.approx(tail, rel=1e-6)
        assert float(RHYTHM.cautious_tail(np.array([days]), SEEN)[0]) >= tail * (1 - 1e-9)


def test_the_mean_gap_up_to_a_year_is_the_area_under_that_chance() -> None:
    area = quad(lambda days: float(RHYTHM.tail(np.array([days]), SEEN)[0]), 0, 365.25, limit=200)[0]
    assert float(RHYTHM.mean_gap_up_to(365.25, SEEN)[0]) == pytest.approx(area, rel=1e-6)


def test_the_likelihood_of_baskets_is_that_of_numerical_integration() -> None:
    model = FittedBaskets(customers=1.0, m=0.0, kappa=0.4, a=2.5, b=0.9, log_likelihood=0.0)
    logs = np.array([0.3, -0.2, 0.9, 0.5])

    def inside(mean: float, variance: float) -> float:
        prior = gamma_density(1 / variance, 2.5, 0.9) / variance**2
        squares = 0.4 * mean**2 + float(((logs - mean) ** 2).sum())
        return float(prior * math.sqrt(0.4) * (2 * math.pi * variance) ** -2.5 * math.exp(-squares / (2 * variance)))

    expected = dblquad(inside, 1e-3, 12, -6, 6, epsabs=1e-8, epsrel=1e-5)[0]
    seen = BasketSummary(np.array([4.0]), np.array([logs.sum()]), np.array([(logs**2).sum()]))
    # Variances above 12 are left out of the integral: they weigh a few thousandths of a thousandth.
    assert float(np.exp(model.log_marginal(seen)[0])) == pytest.approx(expected, rel=1e-4)
