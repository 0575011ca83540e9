"""BG/BB by independent roads: every sequence counted, every year lived through, high precision, plain sums."""

from __future__ import annotations

from itertools import product

import mpmath as mp
import numpy as np
import pytest
from fleuve_analytics.lifetime import FittedBetaGeometricBetaBernoulli, FittedNegativeBinomial, opportunities
from fleuve_analytics.lifetime.observations import observe
from fleuve_analytics.lifetime.survivals import mean_survivals
from scipy.integrate import quad
from scipy.special import roots_jacobi

LETTERS = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}
FITTED = FittedBetaGeometricBetaBernoulli.of(**LETTERS)
HISTORIES = [(0, 0, 6), (1, 1, 6), (2, 4, 6), (6, 6, 6), (3, 3, 9), (0, 0, 0)]


def by_living(x: int, last: int, n: int, ahead: int | None = None) -> float:
    """Chance of the history (and of being a customer `ahead` opportunities later) over all people by Gauss-Jacobi."""
    alpha, beta, gamma, delta = LETTERS.values()
    at, weight = roots_jacobi(30, delta - 1, gamma - 1)
    leaving, by_leaving = (1 + at)[:, np.newaxis] / 2, weight[:, np.newaxis] / weight.sum()
    at, weight = roots_jacobi(30, beta - 1, alpha - 1)
    buying, by_buying = (1 + at) / 2, weight / weight.sum()
    chance = (1 - leaving) ** (n + (ahead or 0)) * buying**x * (1 - buying) ** (n - x)
    if ahead is None:
        for there in range(last, n):
            chance = chance + leaving * (1 - leaving) ** there * buying**x * (1 - buying) ** (there - x)
    return float((by_leaving * by_buying * chance).sum())


@pytest.mark.parametrize("history", HISTORIES)
def test_chances_are_integrals_over_people(history: tuple[int, int, int]) -> None:
    x, last, n = (np.array([float(part)]) for part in history)
    likelihood = np.exp(opportunities.log_likelihoods(tuple(LETTERS.values()), x, last, n)[0])
    assert likelihood == pytest.approx(by_living(*history), rel=1e-11)
    for ahead in (0, 2):
        there = by_living(*history, ahead=ahead) / likelihood
        assert FITTED.probability_alive_at(ahead, *history) == pytest.approx(there, rel=1e-11)


def test_the_table_of_histories_counts_every_sequence() -> None:
    """All 64 sequences of six years: those with one frequency and recency are equally likely, and all are one."""
    seen: dict[tuple[int, int], int] = {}
    for sequence in product((0, 1), repeat=6):
        years = [year for year, gave in enumerate(sequence, 1) if gave]
        key = len(years), max(years, default=0)
        seen[key] = seen.get(key, 0) + 1
    x, last = np.array(list(seen), dtype=np.float64).T
    single = np.exp(opportunities.log_likelihoods(tuple(LETTERS.values()), x, last, np.full(x.size, 6.0)))
    chances = FITTED.probability_of_history(x, last, 6)
    assert chances == pytest.approx(single * list(seen.values()), rel=1e-12)
    assert chances.sum() == pytest.approx(1, rel=1e-12)
    by_count = [chances[x == count].sum() for count in range(7)]
    assert FITTED.probability_of_purchases_new(np.arange(7), 6) == pytest.approx(by_count, rel=1e-12)


def test_gradients_equal_differences() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(2, 12, 300)
    x = rng.binomial(n, 0.3)
    seen = observe(x, np.where(x > 0, rng.integers(np.maximum(x, 1), n + 1), 0), n, rng.integers(1, 4, 300))
    at = np.array([-0.3, 0.4, -0.2, 0.7])
    for place, shift in enumerate(np.eye(4) * 1e-5):
        up, down = (opportunities.mean_log_likelihood(at + sign * shift, seen)[0] for sign in (1, -1))
        # Central differences lose ten of sixteen digits to the subtraction.
        gradient = opportunities.mean_log_likelihood(at, seen)[1]
        assert gradient[place] == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-9)


def test_terms_in_many_pieces_are_the_same_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    n = np.arange(1, 60)
    seen = observe(n % 7 * (n > 7), (n % 7) * (n > 7), n, None)
    whole = opportunities.mean_log_likelihood(np.zeros(4), seen)
    monkeypatch.setattr(opportunities, "TERMS", 50)
    pieces = opportunities.mean_log_likelihood(np.zeros(4), seen)
    assert pieces[0] == pytest.approx(whole[0], rel=1e-13)
    assert pieces[1] == pytest.approx(whole[1], rel=1e-12)


@pytest.mark.parametrize("history", HISTORIES)
def test_counts_means_discounts_and_waits_tell_one_story(history: tuple[int, int, int]) -> None:
    counts = np.arange(31)
    chances = FITTED.probability_of_purchases(counts, 30, *history)
    assert chances.sum() == pytest.approx(1, rel=1e-12)
    assert counts @ chances == pytest.approx(FITTED.expected_purchases(30, *history), rel=1e-12)
    means = FITTED.expected_purchases(np.arange(2_001), *history)
    discounted = (np.diff(means) / 1.1 ** np.arange(1, 2_001)).sum()
    assert FITTED.expected_discounted_purchases(0.1, *history) == pytest.approx(discounted, rel=1e-11)
    assert FITTED.expected_discounted_purchases(0.1, *history, 12) == pytest.approx(
        (np.diff(means)[:12] / 1.1 ** np.arange(1, 13)).sum(), rel=1e-11
    )
    share = 0.5 * (1 - FITTED.probability_of_purchases(0, 50, *history))
    wait = int(FITTED.next_purchase_time(share, *history))
    assert 1 - FITTED.probability_of_purchases(0, wait, *history) >= share
    assert 1 - FITTED.probability_of_purchases(0, wait - 1, *history) < share


@pytest.mark.parametrize("rate", [1e-4, 1e-3, 0.1, 1.0])
def test_discounting_is_exact_for_any_rate(rate: float) -> None:
    """The hypergeometric series of the paper, with thirty digits."""
    for gamma, delta in ((0.657, 8.783), (1.0, 3.0), (1.3, 500.0), (12.0, 0.5)):
        fitted = FittedBetaGeometricBetaBernoulli.of(alpha=1.2, beta=0.75, gamma=gamma, delta=delta)
        with mp.workdps(30):
            kept = 1 / (1 + mp.mpf(rate))
            truth = delta / (mp.mpf(gamma) + delta) * kept * mp.hyp2f1(1, delta + 1, gamma + delta + 1, kept)
        found = fitted.expected_discounted_purchases_new(rate) / (1.2 / 1.95)
        assert found == pytest.approx(float(truth), rel=1e-9)


@pytest.mark.parametrize("a", [0.01, 0.657, 1.0, 1.0 + 1e-9, 2.5, 40.0])
@pytest.mark.parametrize("b", [0.01, 2.8, 300.0, 2e4])
@pytest.mark.parametrize("chances", [0, 1, 60, 3_000])
def test_survivals_add_up(a: float, b: float, chances: int) -> None:
    m = np.arange(chances)
    plain = np.cumprod((b + m) / (a + b + m)).sum()
    # For somebody who survived 20,000 chances, one more is a difference of logarithms in the tenth digit.
    assert mean_survivals(float(chances), a, b) == pytest.approx(plain, rel=1e-10)


def test_nbd_chances_are_poisson_chances_over_people() -> None:
    fitted = FittedNegativeBinomial.of(r=0.4, alpha=12.0)
    shape, rate = 0.4 + 3, 12.0 + 30

    def two(pace: float) -> float:
        return float((pace * 10) ** 2 / 2 * np.exp(-pace * 10) * pace ** (shape - 1) * np.exp(-rate * pace))

    mass, _ = quad(two, 0, 10, epsabs=0, epsrel=1e-11)
    known = float(mp.gamma(shape) / mp.mpf(rate) ** shape)
    assert fitted.probability_of_purchases(2, 10, 3, 25, 30) == pytest.approx(mass / known, rel=1e-9)
    counts = np.arange(300)
    chances = fitted.probability_of_purchases(counts, 10, 3, 25, 30)
    assert counts @ chances == pytest.approx(fitted.expected_purchases(10, 3, 25, 30), rel=1e-12)
