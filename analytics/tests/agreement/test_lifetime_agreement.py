"""The same numbers by an independent road: numerical integrals, published formulas, differences, brute sums."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, ModifiedBetaGeometric, ParetoNBD
from fleuve_analytics.lifetime import FittedBetaGeometric, FittedParetoNBD, estimate, geometric, pareto
from fleuve_analytics.lifetime.observations import observe
from fleuve_analytics.maxima import maximise
from fleuve_analytics.simulate import simulate_beta_geometric
from scipy.integrate import quad
from scipy.special import beta, gammaln, hyp2f1

FLAT = ((0.0,) * 4,) * 4
KNOWN: dict[str, Any] = {"covariance": FLAT, "log_likelihood": 0.0, "customers": 1.0, "converged": True}
HISTORIES = [(0, 0.0, 10.0), (1, 3.0, 30.0), (2, 30.43, 38.86), (7, 20.0, 20.0), (40, 5.0, 38.0)]
LETTERS = [(0.55, 10.6, 0.61, 11.7), (0.5, 2.0, 1.4, 30.0), (1.2, 25.0, 0.4, 1.5)]


@pytest.mark.parametrize(("x", "last", "age"), HISTORIES)
@pytest.mark.parametrize(("r", "alpha", "s", "b"), LETTERS)
def test_pareto_odds_equal_the_defining_integral(
    x: int, last: float, age: float, r: float, alpha: float, s: float, b: float
) -> None:
    def left_at(tau: float) -> float:
        ratio = ((alpha + age) / (alpha + tau)) ** (r + x)
        return float(s * ratio * (b + age) ** s * (b + tau) ** -(s + 1))

    odds, _ = quad(left_at, last, age, epsabs=0, epsrel=1e-11, limit=200)
    found = pareto.log_odds_left((r, alpha, s, b), np.array([float(x)]), np.array([last]), np.array([age]))
    assert np.exp(found[0]) == pytest.approx(odds, rel=1e-8)


@pytest.mark.parametrize(("x", "last", "age"), HISTORIES)
def test_expected_purchases_equal_the_published_formula(x: int, last: float, age: float) -> None:
    """Equation 10 of Fader, Hardie & Lee (2005), as printed."""
    r, alpha, a, b, t = 0.243, 4.414, 0.793, 2.426, 39.0
    z = t / (alpha + age + t)
    curve = 1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
    gone = a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x) if x else 0.0
    printed = (a + b + x - 1) / (a - 1) * curve / (1 + gone)
    fitted = FittedBetaGeometric(r=r, alpha=alpha, a=a, b=b, **KNOWN)
    assert fitted.expected_purchases(t, x, last, age) == pytest.approx(printed, rel=1e-9)


def test_beta_geometric_likelihood_equals_the_published_formula() -> None:
    """Equation 6 of the paper, customer by customer, in plain floats."""
    r, alpha, a, b = 0.3, 5.0, 0.8, 2.5
    rows = [*HISTORIES[:4], *[(1, 2.0, 30.0)] * 10]
    total = 0.0
    for x, last, age in rows:
        stays = beta(a, b + x) / beta(a, b) / (alpha + age) ** (r + x)
        leaves = beta(a + 1, b + x - 1) / beta(a, b) / (alpha + last) ** (r + x) if x else 0.0
        total += math.log(math.exp(gammaln(r + x) - gammaln(r)) * alpha**r * (stays + leaves))
    frequency, recency, age_of = zip(*rows, strict=True)
    seen = observe(frequency, recency, age_of, None)
    at = np.log([r, alpha / seen.scale, a, b])
    value, _ = geometric.mean_log_likelihood(at, seen, 0)
    assert value * seen.total - seen.purchases * math.log(seen.scale) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("likelihood", ["BetaGeometric", "ModifiedBetaGeometric", "ParetoNBD"])
def test_gradients_equal_differences(likelihood: str) -> None:
    rng = np.random.default_rng(3)
    x = rng.poisson(2, 200)
    age = rng.uniform(5, 40, 200)
    seen = observe(x, np.where(x > 0, age * rng.uniform(0.1, 1, 200), 0), age, rng.integers(1, 4, 200))
    routes: dict[str, Callable[[Any], tuple[float, Any]]] = {
        "BetaGeometric": lambda at: geometric.mean_log_likelihood(at, seen, 0),
        "ModifiedBetaGeometric": lambda at: geometric.mean_log_likelihood(at, seen, 1),
        "ParetoNBD": lambda at: pareto.mean_log_likelihood(at, seen),
    }
    value = routes[likelihood]
    at = np.array([-0.3, 0.4, -0.2, 0.7])
    for place, shift in enumerate(np.eye(4) * 1e-5):
        slope = (value(at + shift)[0] - value(at - shift)[0]) / 2e-5
        # Central differences lose ten of sixteen digits to the subtraction.
        assert value(at)[1][place] == pytest.approx(slope, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    "model", [BetaGeometric(), ModifiedBetaGeometric(), ParetoNBD()], ids=lambda m: type(m).__name__
)
def test_chances_of_counts_sum_to_one_and_to_the_mean(model: Any, cdnow: Any) -> None:
    fitted = model.fit(cdnow.frequency, cdnow.recency, cdnow.age)
    counts = np.arange(400)
    for history in HISTORIES[:4]:
        chances = fitted.probability_of_purchases(counts, 39, *history)
        assert chances.sum() == pytest.approx(1, abs=1e-9)
        assert counts @ chances == pytest.approx(fitted.expected_purchases(39, *history), rel=1e-8)
    chances = fitted.probability_of_purchases_new(counts, 52)
    assert counts @ chances == pytest.approx(fitted.expected_purchases_new(52), rel=1e-8)


def test_pareto_chances_of_counts_equal_a_double_integral_by_hand() -> None:
    """P(X = 2 within 10) by integrating over the moment of leaving with plain quadrature."""
    r, alpha, s, b = 0.6, 8.0, 0.7, 9.0
    fitted = FittedParetoNBD(r=r, alpha=alpha, s=s, beta=b, **KNOWN)

    def two(time: float) -> float:
        return float(r * (r + 1) / 2 * (alpha / (alpha + time)) ** r * (time / (alpha + time)) ** 2)

    leaving, _ = quad(lambda tau: s / b * (b / (b + tau)) ** (s + 1) * two(tau), 0, 10, epsrel=1e-12)
    assert fitted.probability_of_purchases_new(2, 10) == pytest.approx(
        leaving + (b / (b + 10)) ** s * two(10), rel=1e-9
    )


def test_many_rows_reach_the_same_maximum_as_a_fresh_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond 20,000 distinct histories the search starts from a part of them; here beyond 8,000."""
    monkeypatch.setattr(estimate, "MANY", 8_000)
    rng = np.random.default_rng(4)
    world = simulate_beta_geometric(rng.uniform(10, 60, 12_000), 0, r=0.5, alpha=6, a=0.9, b=2, rng=rng)
    seen = observe(world.frequency, world.recency, world.age, None)
    assert len(seen.age) > 8_000
    guided = estimate.climb(lambda at, rows: geometric.mean_log_likelihood(at, rows, 0), seen)
    fresh = maximise(lambda at: geometric.mean_log_likelihood(at, seen, 0), estimate.STARTS)
    assert guided.at == pytest.approx(fresh.at, abs=1e-6)
    # The bend comes from the part: 2,000 histories know it to a tenth or so.
    assert guided.hessian == pytest.approx(fresh.hessian, rel=0.2, abs=0.01)
