"""Where others overflow: thousands of purchases, ages of centuries in days, purchases a thousandth of a unit apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, GammaGamma, ModifiedBetaGeometric, ParetoNBD
from fleuve_analytics.lifetime import FittedBetaGeometric, FittedModifiedBetaGeometric, FittedParetoNBD
from fleuve_analytics.simulate import simulate_gamma_gamma

MODELS = [
    (BetaGeometric(), FittedBetaGeometric, {"a": 0.5, "b": 300.0}),
    (ModifiedBetaGeometric(), FittedModifiedBetaGeometric, {"a": 0.5, "b": 300.0}),
    (ParetoNBD(), FittedParetoNBD, {"s": 0.6, "beta": 1.0}),
]
# Length of life, and the rate parameter that goes with it: 900 purchases a person on average, some 10,000.
CROWDS = {"a century in days": (1e5, 200.0), "ten years in days": (3_650.0, 6.0), "a year in years": (1.0, 0.002)}


@pytest.mark.parametrize(("model", "kind", "leaving"), MODELS, ids=lambda one: getattr(one, "__name__", ""))
@pytest.mark.parametrize("crowd", CROWDS)
def test_the_truth_is_found_among_very_frequent_buyers(
    model: Any, kind: Any, leaving: dict[str, float], crowd: str
) -> None:
    age, alpha = CROWDS[crowd]
    leaving = {name: value * (age if name == "beta" else 1) for name, value in leaving.items()}
    truth = {"r": 1.8, "alpha": alpha, **leaving}
    made = kind.of(**truth).simulate(np.full(1_500, age), np.random.default_rng(11))
    assert made.frequency.max() > 2_000
    fitted = model.fit(made.frequency, made.recency, made.age)
    assert fitted.converged
    for name, value in truth.items():
        assert abs(fitted.parameters[name] - value) < 4 * fitted.standard_errors[name], name
    ahead = fitted.expected_purchases(age, made.frequency, made.recency, made.age)
    forever = fitted.expected_discounted_purchases(1 / age, made.frequency, made.recency, made.age)
    assert np.isfinite(ahead).all()
    assert np.isfinite(forever).all()
    assert ((ahead >= 0) & (forever >= 0)).all()


def test_spends_of_cents_and_of_millions_are_fitted_alike() -> None:
    rng = np.random.default_rng(12)
    frequency = 1 + rng.poisson(3, 5_000) * rng.integers(1, 1_000, 5_000)
    mean, _ = simulate_gamma_gamma(frequency, p=5, q=4, gamma=20, rng=rng)
    fitted = [GammaGamma().fit(frequency, mean * unit) for unit in (1e-4, 1.0, 1e8)]
    for one, unit in zip(fitted, (1e-4, 1.0, 1e8), strict=True):
        assert [one.p, one.q, one.gamma / unit] == pytest.approx([fitted[1].p, fitted[1].q, fitted[1].gamma], rel=1e-6)
        assert one.converged
    assert abs(fitted[1].p - 5) < 4 * fitted[1].standard_errors["p"]
