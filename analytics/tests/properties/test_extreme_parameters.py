"""A population almost without differences has huge parameters: quantiles of chances stay exact and cost nothing."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics.lifetime.geometric import _leaving_quantiles
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
