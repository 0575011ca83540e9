"""Discounted purchases, waiting times and made-up histories, each by another road."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from fleuve_analytics.lifetime import (
    FittedBetaGeometric,
    FittedBuying,
    FittedModifiedBetaGeometric,
    FittedParetoNBD,
)
from fleuve_analytics.simulate import (
    simulate_beta_geometric,
    simulate_modified_beta_geometric,
    simulate_pareto_nbd,
)
from scipy.integrate import quad
from scipy.special import gammaincc, gammaln, hyperu
from scipy.stats import ks_2samp

FITTED: list[Any] = [
    FittedBetaGeometric.of(r=0.243, alpha=4.414, a=0.793, b=2.426),
    FittedModifiedBetaGeometric.of(r=0.525, alpha=6.18, a=0.891, b=1.614),
    FittedParetoNBD.of(r=0.553, alpha=10.58, s=0.606, beta=11.67),
]
HISTORIES = [(0, 0.0, 10.0), (7, 35.71, 77.86), (200, 1.0, 1.5)]
every_model = pytest.mark.parametrize("model", FITTED, ids=lambda model: type(model).__name__)


def brute_force(model: Any, rate: float, history: tuple[float, ...], horizon: float) -> float:
    """The definition by adaptive quadrature: what is bought later counts e^(−rate·time)."""

    def each(time: float) -> float:
        return float(rate * np.exp(-rate * time) * model.expected_purchases(time, *history))

    # Beyond fifty lengths of discounting, e^−50 is left; the integrator is told where the crowd itself changes.
    end = min(horizon, 50 / rate)
    cuts = [0.0, *[cut for cut in (0.01, 1.0, 20.0, 200.0) if cut < end], end]
    total = sum(quad(each, *pair, epsabs=0, epsrel=1e-12, limit=200)[0] for pair in itertools.pairwise(cuts))
    kept = np.exp(-rate * horizon) * model.expected_purchases(horizon, *history) if np.isfinite(horizon) else 0.0
    return float(total + kept)


@every_model
@pytest.mark.parametrize("rate", [0.0027, 0.2])
@pytest.mark.parametrize("horizon", [52.0, None])
def test_discounted_purchases_equal_their_definition(model: Any, rate: float, horizon: float | None) -> None:
    for history in HISTORIES:
        found = model.expected_discounted_purchases(rate, *history, horizon=horizon)
        exact = brute_force(model, rate, history, np.inf if horizon is None else horizon)
        assert found == pytest.approx(exact, rel=2e-11)


@pytest.mark.parametrize("s", [0.3, 0.606, 0.99])
@pytest.mark.parametrize("rate", [1e-4, 0.0027, 0.05])
def test_pareto_equals_the_published_formula_with_the_confluent_hypergeometric_function(s: float, rate: float) -> None:
    """Equation 2 of Fader, Hardie & Lee (2005), "RFM and CLV"; Ψ by the library, and by the incomplete gamma."""
    r, alpha, beta, (x, last, age) = 0.553, 10.58, 11.67, (7, 35.71, 77.86)
    fitted = FittedParetoNBD.of(r=r, alpha=alpha, s=s, beta=beta)
    far = rate * (beta + age)
    lived = fitted.probability_alive(x, last, age) * (r + x) / (alpha + age)
    printed = lived * rate ** (s - 1) * (beta + age) ** s * hyperu(s, s, far)
    incomplete = lived / rate * far**s * np.exp(far + gammaln(1 - s)) * gammaincc(1 - s, far)
    found = fitted.expected_discounted_purchases(rate, x, last, age)
    # The library's Ψ is good to ten digits here; it gives no number for arguments beyond some hundreds.
    assert found == pytest.approx(printed, rel=1e-9)
    assert found == pytest.approx(incomplete, rel=1e-10)


@every_model
def test_a_closed_form_equals_the_general_road(model: Any) -> None:
    x, last, age = np.array([0, 1, 3, 3, 12]), np.array([0, 3.0, 20, 25, 30]), np.array([30, 30.0, 30, 30, 31])
    for horizon in (None, 39.0):
        quick = model.expected_discounted_purchases(0.01, x, last, age, horizon=horizon)
        general = FittedBuying.expected_discounted_purchases(model, np.full(5, 0.01), x, last, age, horizon=horizon)
        assert quick == pytest.approx(general, rel=1e-11)


@every_model
def test_the_time_of_the_next_purchase_is_when_the_chance_of_none_has_fallen_so_far(model: Any) -> None:
    shares = np.array([1e-6, 0.1, 0.5, 0.8])
    times = model.next_purchase_time(shares, 20, 38.0, 39.0)
    assert np.isfinite(times).all()
    assert 1 - model.probability_of_purchases(0, times, 20, 38.0, 39.0) == pytest.approx(shares, abs=1e-10)
    assert model.next_purchase_time(0.99, 20, 10.0, 39.0) == np.inf


WORLDS = [
    (FITTED[0], simulate_beta_geometric),
    (FITTED[1], simulate_modified_beta_geometric),
    (FITTED[2], simulate_pareto_nbd),
]


@pytest.mark.parametrize(("model", "event_by_event"), WORLDS, ids=lambda one: type(one).__name__)
def test_made_up_histories_are_as_those_lived_event_by_event(model: Any, event_by_event: Any) -> None:
    age = np.repeat([20.0, 60.0], 10_000)
    quick = model.simulate(age, np.random.default_rng(1))
    slow = event_by_event(age, 0, **model.parameters, rng=np.random.default_rng(2))
    for count in range(6):
        share = (quick.frequency == count).mean()
        # A share of 20,000 people has a standard error of .007·√share, and the difference of two of .01·√share.
        assert share == pytest.approx((slow.frequency == count).mean(), abs=0.04 * np.sqrt(share))
        assert share == pytest.approx(model.probability_of_purchases_new(count, age).mean(), abs=0.028 * np.sqrt(share))
    repeat, others = quick.frequency > 0, slow.frequency > 0
    parts = ((quick.recency / age)[repeat], (slow.recency / age)[others])
    assert ks_2samp(*parts).pvalue > 1e-4
    assert (quick.recency[~repeat] == 0).all()
