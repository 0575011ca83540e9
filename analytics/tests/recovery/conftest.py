"""How far estimates may scatter, by an independent route."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from fleuve_analytics.numerics import FloatArray

LogDensity = Callable[[FloatArray], FloatArray]


@pytest.fixture(scope="session")
def expected_errors() -> Callable[[LogDensity, Sequence[float], float], FloatArray]:
    """Standard errors that nobody can undercut, for models that state none: see `_expected_errors`."""
    return _expected_errors


@pytest.fixture(scope="session")
def check_scatter() -> Callable[[FloatArray, FloatArray, FloatArray], None]:
    """That 200 estimates lie around what is meant, no further off than they must: see `_check_scatter`."""
    return _check_scatter


def _expected_errors(log_density: LogDensity, truth: Sequence[float], customers: float) -> FloatArray:
    """Cramér (1946) and Rao (1945): the inverse of Fisher's information, which is the mean of squared scores.

    log_density: of each of many customers drawn from the truth, given parameters; customers: as many as a fit sees.
    """
    at = np.asarray(truth, dtype=np.float64)
    # Slopes by central differences: right to a millionth, where 40,000 customers know the mean square to a hundredth.
    steps = np.eye(at.size) * 1e-4 * np.maximum(np.abs(at), 0.1)
    scores = [(log_density(at + step) - log_density(at - step)) / (2 * step.sum()) for step in steps]
    information = np.cov(scores)
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(information)) / customers))


def _check_scatter(found: FloatArray, meant: FloatArray, least: FloatArray) -> None:
    """found: estimates (200, figures); meant: what they should be on average; least: their smallest standard errors."""
    assert len(found) == 200
    bias = (found.mean(axis=0) - meant) / least
    # A mean of 200 scatters by .07: three of those, and a tenth as in any likelihood of a few hundred people.
    assert np.abs(bias).max() < 0.32, bias
    # A standard deviation from 200 is known to 5 %: over up to 17 figures three of those, and 5 % for small crowds.
    ratio = found.std(axis=0) / least
    assert ratio == pytest.approx(np.ones(meant.size), abs=0.2), ratio
    # And the tails: .95 over 200 is known to 1.5 points; three of those, and one more for the largest of 17 figures.
    covered = (np.abs(found - meant) < 1.96 * least).mean(axis=0)
    assert (covered > 0.895).all(), covered
