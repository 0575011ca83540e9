"""Is the larger of two nested models worth its further parameters?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.fitted import Fitted

__all__ = ["LikelihoodRatio", "likelihood_ratio"]


@dataclass(frozen=True)
class LikelihoodRatio:
    """Twice the gain in log-likelihood, the number of further parameters, and how often chance alone gains as much."""

    statistic: float
    degrees: int
    p_value: float


def likelihood_ratio(smaller: Fitted, larger: Fitted) -> LikelihoodRatio:
    """Test whether the larger model fits better than chance would let it (Wilks).

    Assumptions: both were fitted by maximum likelihood, without a penalty, to the same customers in the same unit of
    time; the smaller one is the larger with some parameters fixed at values that are no bounds, such as `BetaGeometric`
    beside `BetaGeometricCorrelated` (m = 0) or beside `BetaGeometricCovariates` (all effects 0). Then the statistic is
    chi-squared among large crowds.

    Raises `InvalidSetting` when the models cannot be nested: other customers, no more parameters, a lower likelihood.

    Reference: Wilks (1938), "The Large-Sample Distribution of the Likelihood Ratio for Testing Composite Hypotheses",
    Annals of Mathematical Statistics 9(1).

    >>> from fleuve_analytics.datasets import cdnow_sample
    >>> from fleuve_analytics.lifetime import BetaGeometric, BetaGeometricCorrelated
    >>> table = cdnow_sample()
    >>> models = BetaGeometric(), BetaGeometricCorrelated()
    >>> plain, tied = (model.fit(table.frequency, table.recency, table.age) for model in models)
    >>> round(likelihood_ratio(plain, tied).p_value, 3)
    0.008
    """
    degrees = len(larger.parameters) - len(smaller.parameters)
    gain = 2 * (larger.log_likelihood - smaller.log_likelihood)
    # A search ends within 1e-13 of the log-likelihood; a millionth of a unit is below any question.
    if degrees < 1 or not np.isclose(smaller.customers, larger.customers, rtol=1e-12) or not gain > -1e-6:
        raise InvalidSetting(
            "The first model must be the second with some parameters fixed, both fitted to the same customers without "
            "a penalty.",
            code="not_nested",
        )
    return LikelihoodRatio(max(gain, 0.0), degrees, float(chdtrc(degrees, max(gain, 0.0))))
