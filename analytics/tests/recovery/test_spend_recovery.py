"""The spends of people whose true means are known."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics import GammaGamma, spend_independence
from fleuve_analytics.backtest import calibration_by_group
from fleuve_analytics.simulate import simulate_gamma_gamma

TRUTH = {"p": 5.0, "q": 4.0, "gamma": 20.0}


def test_the_parameters_and_true_means_are_found() -> None:
    rng = np.random.default_rng(7)
    frequency = rng.poisson(3, 20_000)
    mean, true_mean = simulate_gamma_gamma(frequency, **TRUTH, rng=rng)
    fitted = GammaGamma().fit(frequency, mean)
    for name, value in TRUTH.items():
        assert abs(fitted.parameters[name] - value) < 3.5 * fitted.standard_errors[name]
    expected = fitted.expected_spend(frequency, mean)
    for group in calibration_by_group(expected, true_mean):
        # 2,000 people a group, true means spread by a third: known to 1 %, heavier in the last tenth.
        assert group.came == pytest.approx(group.predicted, rel=0.05)


def test_the_truth_is_found_where_spends_have_no_mean() -> None:
    """With q below one the average of all tells nothing: it is that of the largest few."""
    rng = np.random.default_rng(7)
    truth = {"p": 2.0, "q": 0.3, "gamma": 1e-3}
    frequency = rng.poisson(3, 3_000)
    mean, _ = simulate_gamma_gamma(frequency, **truth, rng=rng)
    fitted = GammaGamma().fit(frequency, mean)
    assert fitted.converged
    for name, value in truth.items():
        assert abs(fitted.parameters[name] - value) < 3.5 * fitted.standard_errors[name]


def test_true_means_are_drawn_from_their_posterior() -> None:
    rng = np.random.default_rng(8)
    mean, _ = simulate_gamma_gamma(np.full(2_000, 3), **TRUTH, rng=rng)
    fitted = GammaGamma().fit(np.full(2_000, 3), mean)
    drawn = fitted.sample_mean_spend([3, 10], [10.0, 30.0], 40_000, rng)
    assert drawn.mean(axis=1) == pytest.approx(fitted.expected_spend([3, 10], [10.0, 30.0]), rel=0.01)


def test_totals_are_as_many_times_the_mean_as_there_are_purchases() -> None:
    rng = np.random.default_rng(9)
    mean, _ = simulate_gamma_gamma(np.full(2_000, 3), **TRUTH, rng=rng)
    fitted = GammaGamma().fit(np.full(2_000, 3), mean)
    purchases = np.tile([0, 1, 4], (1, 20_000))
    drawn = fitted.sample_total_spend(purchases, [3], [10.0], rng)
    one = float(fitted.expected_spend(3, 10.0))
    means = [drawn[purchases == count].mean() for count in (0, 1, 4)]
    assert means == pytest.approx([0, one, 4 * one], rel=0.02)


def test_independent_spends_look_independent_and_dependent_ones_do_not() -> None:
    rng = np.random.default_rng(10)
    frequency = rng.poisson(3, 5_000)
    mean, _ = simulate_gamma_gamma(frequency, **TRUTH, rng=rng)
    assert spend_independence(frequency, mean).is_plausible
    assert not spend_independence(frequency, mean * (1 + frequency)).is_plausible
