"""Regular buyers by independent roads: high-precision sums and integrals from the definitions, and simulation."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, ModifiedBetaGeometric
from fleuve_analytics.lifetime import FittedBetaGeometricRegular, FittedModifiedBetaGeometricRegular, estimate, regular
from fleuve_analytics.lifetime.geometric import mean_log_likelihood
from fleuve_analytics.lifetime.observations import observe
from fleuve_analytics.lifetime.regularity import estimate_regular
from fleuve_analytics.maxima import maximise
from fleuve_analytics.simulate import simulate_modified_beta_geometric_regular
from scipy.special import gammaln, roots_genlaguerre, roots_jacobi

LETTERS = {"r": 0.6, "alpha": 3.0, "a": 0.8, "b": 2.4}
BOTH = [FittedBetaGeometricRegular, FittedModifiedBetaGeometricRegular]
HISTORIES = [(0, 0.0, 0.0), (0, 0.0, 30.0), (1, 3.0, 30.0), (5, 20.0, 25.0), (40, 20.0, 22.0), (300, 50.0, 51.0)]


@pytest.mark.parametrize(("x", "last", "age"), [(0, 0.0, 6.0), (3, 5.0, 6.0)])
@pytest.mark.parametrize("first_chance", [0, 1])
def test_the_likelihood_is_the_integral_over_people(first_chance: int, x: int, last: float, age: float) -> None:
    """What one person of given rate and leaving chance would do, over all people by Gauss-Jacobi and Gauss-Laguerre."""
    r, alpha, a, b = LETTERS.values()
    at, weight = roots_jacobi(20, b - 1, a - 1)
    leaving, by_leaving = (1 + at)[:, np.newaxis] / 2, weight[:, np.newaxis] / weight.sum()
    at, weight = roots_genlaguerre(60, r - 1)
    rate, by_rate = at / alpha, weight / weight.sum()
    silent = np.exp(-rate * (age - last)) * (1 + rate * (age - last))  # no second stage of an Erlang-2
    bought = rate ** (2 * x) * np.exp(-rate * last)
    chances = x + first_chance
    left = leaving * (1 - leaving) ** (chances - 1) if chances else 0.0
    mass = (by_leaving * by_rate * bought * (left + (1 - leaving) ** chances * silent)).sum()

    # One customer alone is refused, so she comes with others whose likelihood is then taken off; gaps are left out.
    people = observe([x] * 40 + [1] * 10, [last] * 40 + [1.0] * 10, [age] * 40 + [1.0] * 10, None)
    others = observe([1] * 10, [1.0] * 10, [1.0] * 10, None)
    found = 0.0
    for sign, seen in ((1, people), (-1, others)):
        mean, _ = regular.mean_log_likelihood(np.log([r, alpha / seen.scale, a, b]), seen, first_chance, 2)
        # Stage densities are per unit of time, two for each purchase.
        found += sign * (mean * seen.total - 2 * seen.purchases * np.log(seen.scale))
    assert found / 40 == pytest.approx(np.log(mass), rel=1e-11)


@pytest.mark.parametrize("first_chance", [0, 1])
@pytest.mark.parametrize("k", [1, 2, 5])
def test_gradients_equal_differences(k: int, first_chance: int) -> None:
    rng = np.random.default_rng(3)
    x, age = rng.poisson(2, 200), rng.uniform(5, 40, 200)
    seen = observe(x, np.where(x > 0, age * rng.uniform(0.1, 1, 200), 0), age, rng.integers(1, 4, 200))
    at = np.array([-0.3, 0.4, -0.2, 0.7])
    for place, shift in enumerate(np.eye(4) * 1e-5):
        up, down = (regular.mean_log_likelihood(at + sign * shift, seen, first_chance, k)[0] for sign in (1, -1))
        # Central differences lose ten of sixteen digits to the subtraction.
        gradient = regular.mean_log_likelihood(at, seen, first_chance, k)[1]
        assert gradient[place] == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-9)


def by_summing(fitted: Any, ahead: float, x: int, last: float, age: float) -> mp.mpf:
    """Mean number of purchases of a living customer: every number of stages, with thirty digits."""
    k, shape = fitted.k, mp.mpf(fitted.r) + fitted.k * x
    silent = mp.mpf(age - last) / (fitted.alpha + age)
    unseen = [mp.rf(shape, j) / mp.factorial(j) * silent**j for j in range(k)]
    share = mp.mpf(ahead) / (fitted.alpha + age + ahead)
    made, stays, lasting = [mp.mpf(0)], mp.mpf(1), mp.mpf(fitted.b) + x + fitted.first_chance
    total = mp.mpf(0)
    for j, part in enumerate(unseen):
        chance, n = part * (1 - share) ** (shape + j), 0
        while n < shape * share / (1 - share) or chance > mp.mpf(10) ** -20 * total:
            while len(made) <= (j + n) // k:
                made.append(made[-1] + stays)
                stays *= (lasting + len(made) - 2) / (fitted.a + lasting + len(made) - 2)
            total += chance * made[(j + n) // k]
            chance *= share * (shape + j + n) / (n + 1)
            n += 1
    return total / sum(unseen)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("k", "ahead"), [(1, 39.0), (2, 1e-4), (2, 39.0), (2, 150.0), (3, 39.0), (7, 10.0), (12, 30.0)]
)
def test_the_mean_is_exact(kind: Any, k: int, ahead: float) -> None:
    """Short sums end by themselves, long ones by the Euler-Maclaurin formula, which leaves 1e-11 or so."""
    fitted = kind.of(k=k, **LETTERS)
    histories = HISTORIES[1:] if k < 5 and ahead < 60 else HISTORIES[4:5]
    with mp.workdps(30):
        truth = [float(by_summing(fitted, ahead, *history)) for history in histories]
    found = fitted.expected_purchases(ahead, *zip(*histories, strict=True))
    alive = fitted.probability_alive(*zip(*histories, strict=True))
    assert found == pytest.approx(alive * truth, rel=1e-10)


def by_adding(fitted: Any, ahead: float, x: int, last: float, age: float) -> float:
    """The same sum in floats, from the logarithms of all terms at once: quick where thousands of stages are likely."""
    k, shape = fitted.k, fitted.r + fitted.k * x
    unseen, _ = regular.unseen_stages(shape, (age - last) / (fitted.alpha + age), k)
    odds = ahead / (fitted.alpha + age)
    passed = np.arange(int((shape + k + np.sqrt(90 * (shape + k)) + 45) * odds * 1.3) + 400.0)
    chances = fitted.b + x + fitted.first_chance + np.arange(passed.size // k + 2)
    made = np.concatenate([[0.0, 1.0], 1 + np.cumsum(np.cumprod(chances / (fitted.a + chances)))])
    total = 0.0
    for j, part in enumerate(unseen):
        log_chance = gammaln(shape + j + passed) - gammaln(shape + j) - gammaln(passed + 1)
        log_chance += passed * np.log(odds / (1 + odds)) - (shape + j) * np.log1p(odds)
        total += part * (np.exp(log_chance) @ made[((j + passed) // k).astype(int)])
    return float(total)


@pytest.mark.parametrize("seed", range(30))
def test_the_mean_is_exact_for_parameters_and_histories_of_any_size(seed: int) -> None:
    rng = np.random.default_rng(seed)
    letters = dict(zip(LETTERS, 10 ** rng.uniform([-1.5, -1, -2, -2], [1.5, 1.5, 1.5, 2]), strict=True))
    fitted = BOTH[seed % 2].of(k=int(rng.integers(2, 13)), **letters)
    x, age, ahead = (
        int(rng.integers(0, [1, 5, 100, 1_000][seed % 4])),
        10 ** rng.uniform(0, 2),
        10 ** rng.uniform(-2, 2),
    )
    history = x, age * rng.uniform(0.3, 1) if x else 0.0, age
    expected = fitted.probability_alive(*history) * by_adding(fitted, ahead, *history)
    # Sums of logarithms of Gamma functions of thousands keep eleven digits themselves.
    assert fitted.expected_purchases(ahead, *history) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("k", [1, 2, 5])
def test_chances_of_counts_sum_to_one_and_to_the_mean(kind: Any, k: int) -> None:
    fitted, counts = kind.of(k=k, **LETTERS), np.arange(900)
    for history in HISTORIES[1:5]:
        chances = fitted.probability_of_purchases(counts, 39, *history)
        assert chances.sum() == pytest.approx(1, abs=1e-10)
        assert counts @ chances == pytest.approx(fitted.expected_purchases(39, *history), rel=1e-9)
    chances = fitted.probability_of_purchases_new(counts, 39)
    assert counts @ chances == pytest.approx(fitted.expected_purchases_new(39), rel=1e-9)


@pytest.mark.parametrize("kind", BOTH)
def test_no_purchase_within_a_time_is_a_longer_silence(kind: Any) -> None:
    """P(0 until t), by the likelihoods of the same history with silence until now and until then."""
    fitted = kind.of(k=3, **LETTERS)
    x, last, age, ahead = 4, 10.0, 14.0, 9.0
    log_odds = regular.log_odds_left(
        (fitted.r, fitted.alpha, fitted.a, fitted.b),
        np.full(2, float(x)),
        np.full(2, last),
        np.array([age, age + ahead]),
        fitted.first_chance,
        3,
    )
    gone_now, gone_then = np.exp(log_odds)
    # "Left" has the same weight in both: the rest is what a living customer's silence weighs.
    assert fitted.probability_of_purchases(0, ahead, x, last, age) == pytest.approx(
        (1 + 1 / gone_then) / (1 + 1 / gone_now), rel=1e-12
    )


def test_discounted_purchases_are_a_sum_over_the_moments_of_purchases() -> None:
    """e^(−δt) over the n-th purchase is a power of rate/(rate+δ): by plain integration over the rate."""
    fitted = FittedModifiedBetaGeometricRegular.of(k=2, **LETTERS)
    x, last, age, discount = 5, 20.0, 25.0, 0.02
    shape, stages = fitted.r + 2 * x, regular.unseen_stages(fitted.r + 2 * x, 5.0 / (fitted.alpha + age), 2)[0]
    lasting = fitted.b + x + 1

    def at_rate(rate: mp.mpf) -> mp.mpf:
        step = rate / (rate + discount)
        later = mp.hyp2f1(1, lasting, fitted.a + lasting, step**2)
        density = [mp.mpf(fitted.alpha + age) ** (shape + j) / mp.gamma(shape + j) for j in range(2)]
        weights = sum(stages[j] * density[j] * rate ** (shape + j - 1) * step ** (2 - j) for j in range(2))
        return weights * mp.exp(-(fitted.alpha + age) * rate) * later

    truth = float(mp.quad(at_rate, [0, 0.2, 0.5, 1, 3])) * float(fitted.probability_alive(x, last, age))
    assert fitted.expected_discounted_purchases(discount, x, last, age) == pytest.approx(truth, rel=1e-8)


def test_a_history_that_breaks_other_programs_stays_finite_and_right() -> None:
    """Four thousand purchases in four years: products of Gamma functions overflow beyond 170, powers a little later.

    The likelihood of the same history, with forty digits.
    """
    fitted = FittedModifiedBetaGeometricRegular.of(k=3, **LETTERS)
    x, last, age = 4_000, 208.0, 208.4
    with mp.workdps(60):
        shape = mp.mpf(fitted.r) + 3 * x
        alive = sum(
            mp.mpf(age - last) ** j / mp.factorial(j) * mp.gamma(shape + j) / mp.mpf(fitted.alpha + age) ** (shape + j)
            for j in range(3)
        ) * mp.beta(fitted.a, fitted.b + x + 1)
        left = mp.gamma(shape) / mp.mpf(fitted.alpha + last) ** shape * mp.beta(fitted.a + 1, fitted.b + x)
        truth = float(alive / (alive + left))
    assert fitted.probability_alive(x, last, age) == pytest.approx(truth, rel=1e-9)
    ahead = np.array([1.0, 20.0])
    with mp.workdps(30):
        means = [float(by_summing(fitted, float(time), x, last, age)) for time in ahead]
    assert fitted.expected_purchases(ahead, x, last, age) == pytest.approx(truth * np.array(means), rel=1e-9)


@pytest.mark.parametrize(("first_chance", "model"), [(0, BetaGeometric()), (1, ModifiedBetaGeometric())])
def test_k_of_one_has_the_likelihood_of_the_random_buyer(first_chance: int, model: Any, cdnow: Any) -> None:
    seen = observe(cdnow.frequency, cdnow.recency, cdnow.age, None)
    for at in (np.zeros(4), np.array([-1.0, 0.5, 1.0, -2.0])):
        one = regular.mean_log_likelihood(at, seen, first_chance, 1)
        other = mean_log_likelihood(at, seen, first_chance)
        assert one[0] == pytest.approx(other[0], rel=1e-13)
        assert one[1] == pytest.approx(other[1], rel=1e-11, abs=1e-13)


def test_many_rows_reach_the_same_maximum_as_a_fresh_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "MANY", 8_000)
    rng = np.random.default_rng(4)
    truth = {"k": 2, "r": 0.8, "alpha": 3.0, "a": 0.9, "b": 2.0}
    world = simulate_modified_beta_geometric_regular(rng.uniform(10, 60, 12_000), 0, **truth, rng=rng)
    histories = world.frequency, world.recency, world.age
    guided = estimate_regular(FittedModifiedBetaGeometricRegular, None, *histories, world.log_gaps, None, None)
    assert guided.k == 2
    seen = observe(*histories, None)
    fresh = maximise(lambda at: regular.mean_log_likelihood(at, seen, 1, 2), estimate.STARTS)
    at = np.exp(fresh.at) * [1, seen.scale, 1, 1]
    assert list(guided.parameters.values()) == pytest.approx(at, rel=1e-6)
