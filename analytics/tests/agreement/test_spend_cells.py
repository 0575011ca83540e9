"""Points of cells stand for people: the same likelihood, slope, maximum and doubt as over everybody, one by one."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import GammaGamma
from fleuve_analytics.errors import InvalidSpend
from fleuve_analytics.fitted import covariance_of
from fleuve_analytics.maxima import maximise
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.simulate import simulate_gamma_gamma
from fleuve_analytics.spend import buyers
from fleuve_analytics.spend.buyers import repeat_buyers
from fleuve_analytics.spend.cells import CELLS_PER_UNIT, FROM_MOMENTS, NODES, exact_terms
from fleuve_analytics.spend.likelihood import STARTS, mean_log_likelihood, spends_of
from scipy.special import expit, gammaln, psi

Crowd = tuple[FloatArray, FloatArray, FloatArray]


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    """40,000 people, a third without repeat purchase, some buying often, with weights that are no whole numbers."""
    rng = np.random.default_rng(21)
    frequency = np.where(rng.random(40_000) < 0.02, rng.integers(50, 5_000, 40_000), rng.poisson(1.2, 40_000))
    mean, _ = simulate_gamma_gamma(frequency, p=5, q=4, gamma=20, rng=rng)
    return frequency.astype(np.float64), mean, rng.random(40_000)


def one_by_one(log_parameters: FloatArray, x: FloatArray, z: FloatArray, weight: FloatArray) -> tuple[float, Any]:
    """Mean of equation 1a as printed, and its gradient in the logarithms, over rows."""
    p, q, gamma = np.exp(log_parameters)
    shape, rate = p * x + q, gamma + x * z
    terms = gammaln(shape) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
    terms = terms + (p * x - 1) * np.log(z) + p * x * np.log(x) - shape * np.log(rate)
    slopes = [
        p * x * (psi(shape) - psi(p * x) + np.log(x * z / rate)),
        q * (psi(shape) - psi(q) + np.log(gamma / rate)),
        q - shape * gamma / rate,
    ]
    return float(np.average(terms, weights=weight)), np.average(slopes, axis=1, weights=weight)


@pytest.mark.parametrize(
    "at", [*STARTS, np.log([6.0, 4.0, 90.0]), np.log([0.01, 30.0, 1e4]), np.log([900.0, 2.0, 0.1])]
)
def test_the_likelihood_is_that_of_everybody(crowd: Crowd, at: FloatArray) -> None:
    frequency, mean, weight = crowd
    seen = spends_of(repeat_buyers(frequency, mean, weight))
    bought = frequency > 0
    value, gradient = mean_log_likelihood(at - [0, 0, seen.log_unit], seen)
    true, slope = one_by_one(at, frequency[bought], mean[bought], weight[bought])
    # What is added up here has terms of p·x, thousands, which rounding leaves to twelve digits.
    size = max(1.0, float(np.exp(at[0])) * 50)
    assert value - seen.log_unit == pytest.approx(true, rel=1e-12, abs=1e-12 * size)
    assert gradient == pytest.approx(slope, rel=1e-11, abs=1e-12 * size)
    assert seen.total == pytest.approx(weight[bought].sum(), rel=1e-13)
    assert seen.weight.size < 3_000


def test_the_maximum_and_its_doubt_are_those_of_everybody(crowd: Crowd) -> None:
    frequency, mean, weight = (part[:12_000] for part in crowd)
    fitted = GammaGamma().fit(frequency, mean, weight)
    rows = [part[frequency > 0] for part in (frequency, mean, weight)]
    top = maximise(lambda at: one_by_one(at, *rows), [np.log([1.0, 4.0, 30.0])])
    assert np.log(list(fitted.parameters.values())) == pytest.approx(top.at, abs=1e-8)
    # lnΓ of 25,000 is 2e5, which the printed form takes from another of that size.
    assert fitted.log_likelihood == pytest.approx(top.value * rows[2].sum(), rel=1e-11)
    doubt = np.array(covariance_of(top.hessian, np.exp(top.at), float(rows[2].sum())))
    # Second derivatives by differences of the gradient: to seven digits in either.
    assert np.array(fitted.covariance) == pytest.approx(doubt, rel=1e-6)


def test_a_cell_misses_nobody_by_more_than_rounding() -> None:
    """Wherever people are in the cell and wherever γ is: the bound of the docstring."""
    inside, log_gamma = np.linspace(-1, 1, 101), np.linspace(-9, 9, 1_801)
    weights = FROM_MOMENTS @ np.vander(inside, FROM_MOMENTS.shape[0], increasing=True).T
    odds = log_gamma[:, np.newaxis] - NODES / (2 * CELLS_PER_UNIT)
    true = log_gamma[:, np.newaxis] - inside / (2 * CELLS_PER_UNIT)
    # Beside the bound, the rounding of numbers up to nine.
    assert np.abs(np.logaddexp(0, odds) @ weights - np.logaddexp(0, true)).max() < 2.5e-14
    assert np.abs(expit(odds) @ weights - expit(true)).max() < 2e-14


@pytest.mark.parametrize("block", [997, 1_000_000])
def test_blocks_of_any_size_give_the_same_to_the_last_digit(
    crowd: Crowd, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = GammaGamma().fit(*crowd)
    monkeypatch.setattr(buyers, "BLOCK", block)
    assert GammaGamma().fit(*crowd) == usual


def test_the_order_of_many_rows_changes_no_digit_even_with_shares_as_weights(crowd: Crowd) -> None:
    frequency, mean, weight = crowd
    shares = 100 * weight / weight.sum()
    order = np.random.default_rng(22).permutation(frequency.size)
    one = GammaGamma().fit(frequency, mean, shares)
    assert GammaGamma().fit(frequency[order], mean[order], shares[order]) == one


def test_rounded_terms_add_up_exactly_in_any_order() -> None:
    rng = np.random.default_rng(23)
    terms = rng.normal(size=50_000) * np.exp(rng.normal(0, 8, 50_000))
    rounded = exact_terms(terms, float(np.abs(terms).sum()))
    assert len({float(np.cumsum(rng.permutation(rounded))[-1]) for _ in range(5)}) == 1
    assert np.abs(rounded - terms).max() <= 2.0**-50 * np.abs(terms).sum()
    whole = rng.integers(0, 2**20, 1_000).astype(np.float64)
    assert np.array_equal(exact_terms(whole, float(whole.sum())), whole)


def test_numbers_of_any_type_are_the_same_numbers(crowd: Crowd) -> None:
    frequency, mean = crowd[0][:2_000], np.round(crowd[1][:2_000] * 4) / 4 + 0.25
    usual = GammaGamma().fit(frequency, mean)
    assert GammaGamma().fit(frequency.astype(np.uint16), mean.astype(np.float32)) == usual
    assert GammaGamma().fit(list(frequency), [None if np.isnan(value) else value for value in mean]) == usual  # type: ignore[arg-type]
    assert GammaGamma().fit(np.stack([frequency, frequency])[0], np.stack([mean, mean], axis=1)[:, 0]) == usual


def test_wrong_spends_are_counted_and_named_by_row_wherever_they_are(crowd: Crowd) -> None:
    frequency, mean = crowd[0].copy(), crowd[1].copy()
    frequency[[5, 35_000, 39_000]] = 2
    mean[[35_000, 39_000]], mean[5] = -1, 1
    with pytest.raises(InvalidSpend, match=r"2 repeat buyers .* row 35000") as refused:
        GammaGamma().fit(frequency, mean)
    assert refused.value.details["rows"] == (35_000, 39_000)


def test_spends_as_far_apart_as_numbers_go_are_fitted_without_overflow() -> None:
    rng = np.random.default_rng(24)
    frequency = 1 + rng.poisson(3, 3_000)
    mean = np.where(rng.random(3_000) < 0.5, 1e-300, 1e300) * rng.gamma(3, 1, 3_000)
    fitted = GammaGamma().fit(frequency, mean)
    assert not fitted.converged
    assert np.isfinite(list(fitted.parameters.values())).all()


def test_a_fit_holds_no_copy_of_the_rows(crowd: Crowd) -> None:
    frequency, mean = (np.tile(part, 10) for part in crowd[:2])
    GammaGamma().fit(frequency[:1_000], mean[:1_000])
    tracemalloc.start()
    try:
        GammaGamma().fit(frequency, mean)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # Either column takes 3.2 MB; a block of 16,384 rows 131 kB, a dozen times at once.
    assert held < 2.5e6
