"""A population almost without differences has huge parameters: quantiles of chances stay exact and cost nothing."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics.lifetime.geometric_counts import (
    _closed_mean,
    _leaving_nodes,
    _leaving_quantiles,
    _mean_over_chances,
)
from fleuve_analytics.numerics import gauss_legendre
from scipy.special import betaincinv


@pytest.mark.parametrize(("a", "b"), [(0.5, 2e6), (3.0, 5e6), (2e6, 5.0), (2e6, 3e6)])
def test_the_quantiles_of_large_parameters_agree_with_the_exact_inverse(a: float, b: float) -> None:
    nodes, weights = gauss_legendre(200)
    found = _leaving_quantiles(nodes, a, np.array([b]))[0]
    exact = betaincinv(a, b, nodes)
    # One part in a thousand is what docs/models/ranges.md allows a single draw; the mean is far closer.
    assert np.allclose(found, exact, rtol=1e-3)
    assert found @ weights == pytest.approx(exact @ weights, rel=1e-5)


@pytest.mark.parametrize(("a", "b"), [(1e12, 1e13), (1e-3, 1e9), (1e9, 1e-2)])
def test_parameters_beyond_any_data_still_give_chances(a: float, b: float) -> None:
    nodes, _ = gauss_legendre(200)
    found = _leaving_quantiles(nodes, a, np.array([b]))[0]
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize(("a", "b"), [(30.0, 0.5), (30.0, 3e5), (180.0, 820.0), (1e9, 1e10), (1e12, 1e13), (1e9, 1e-2)])
def test_nodes_for_people_much_alike_have_the_moments_of_their_law(a: float, b: float) -> None:
    nodes, weights = (part[0] for part in _leaving_nodes(np.array([a]), np.array([b])))
    power = np.arange(30)
    # A few roundings of each eigenvalue; the reciprocal is no polynomial, and as good.
    assert weights.sum() == pytest.approx(1, rel=1e-12)
    assert (nodes * weights).sum() == pytest.approx(a / (a + b), rel=1e-12)
    assert (nodes**30 * weights).sum() == pytest.approx(np.prod((a + power) / (a + b + power)), rel=1e-12)
    assert (weights / nodes).sum() == pytest.approx((a + b - 1) / (a - 1), rel=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "shape", "rate", "ahead", "close"),
    [
        (30.0, 100.0, 0.5, 10.0, 400.0, 1e-12),
        (30.0, 5.0, 300.0, 1.0, 1e4, 1e-12),
        (200.0, 800.0, 12.0, 3.0, 365.0, 1e-12),
        # Where people differ, the quantiles at 200 nodes stand for them.
        (5.0, 20.0, 2.0, 3.0, 365.0, 1e-4),
    ],
)
def test_the_mean_by_integration_is_the_closed_one(
    a: float, b: float, shape: float, rate: float, ahead: float, close: float
) -> None:
    asked = [np.array([part]) for part in (ahead, shape, rate, a, b)]
    assert _mean_over_chances(*asked) == pytest.approx(_closed_mean(*asked), rel=close)
