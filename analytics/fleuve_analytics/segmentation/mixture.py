"""Segments as a mixture of Gaussians: groups that overlap, as many as the data support."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.records import Record
from fleuve_analytics.segmentation.choice import Criteria, Criterion, checked_range, entropy, shares_of
from fleuve_analytics.segmentation.gaussian import GaussianMixture, best_start, climb, log_joint
from fleuve_analytics.segmentation.rows import Rows, checked_features, distinct_rows

__all__ = ["FittedMixtureSegments", "MixtureSegments"]

# Starts are tried, and the number of segments is chosen, on that many rows drawn by lot; all rows then end the search.
SAMPLE = 20_000


@dataclass(frozen=True, kw_only=True)
class FittedMixtureSegments(Record):
    """Segments found in customers' features, largest first.

    proportions: share of customers in each segment. means (segments × features) and covariances (segments × features ×
    features) in the caller's units. log_likelihood of the features. tried: (number of segments, BIC, ICL) of every
    number tried. converged: False when the last search ran out of steps.
    """

    model = "MixtureSegments"

    proportions: tuple[float, ...]
    means: tuple[tuple[float, ...], ...]
    covariances: tuple[tuple[tuple[float, ...], ...], ...]
    log_likelihood: float
    tried: tuple[tuple[int, float, float], ...]
    converged: bool

    @property
    def segments(self) -> int:
        """How many segments there are."""
        return len(self.proportions)

    def probabilities(self, features: npt.ArrayLike) -> FloatArray:
        """Chance that each customer belongs to each segment, (n, segments); rows sum to 1."""
        return shares_of(self._log_joint(features))[0]

    def assign(self, features: npt.ArrayLike) -> IntArray:
        """The likeliest segment of each customer, numbers from 0."""
        return np.asarray(np.argmax(self._log_joint(features), axis=1), dtype=np.int64)

    def log_density(self, features: npt.ArrayLike) -> FloatArray:
        """Log density of each customer's features; very low for customers like none that was seen."""
        return shares_of(self._log_joint(features))[1]

    def _log_joint(self, features: npt.ArrayLike) -> FloatArray:
        proportions, means, covariances = (np.array(part) for part in (self.proportions, self.means, self.covariances))
        mixture = GaussianMixture(proportions, means, covariances)
        return log_joint(mixture, checked_features(features, len(self.means[0])))


@dataclass(frozen=True)
class MixtureSegments:
    """Which kinds of customers are there, and how surely does each belong to one?

    Assumptions: within a segment, features vary together as a Gaussian; a customer belongs to one segment, which we do
    not see. Money and counts are skewed: give their logarithms (``log1p``). Features are standardised inside, so units
    do not matter.

    segments: how many; None lets `criterion` choose among 1 to `most`: "bic" (how many describe the data) or "icl" (how
    many can be told apart). covariance: "full", or "diagonal" for features independent within segments. starts: rough
    searches per number of segments, of which the best goes on.

    Found by expectation-maximisation (Dempster, Laird & Rubin 1977) of the likelihood with a weak prior on covariances
    (Fraley & Raftery 2007, Journal of Classification 24), which keeps a handful of equal customers from becoming a
    segment of infinite likelihood.

    >>> rng = np.random.default_rng(7)
    >>> small, large = rng.normal([1, 2], 0.3, (300, 2)), rng.normal([3, 5], 0.3, (100, 2))
    >>> fitted = MixtureSegments(most=4).fit(np.concatenate([small, large]), rng=rng)
    >>> fitted.segments, [round(share, 2) for share in fitted.proportions]
    (2, [0.75, 0.25])
    >>> fitted.assign([[1.1, 2.1], [3.2, 4.9]]).tolist()
    [0, 1]
    """

    segments: int | None = None
    most: int = 8
    criterion: Criterion = "bic"
    covariance: Literal["full", "diagonal"] = "full"
    starts: int = 10

    def fit(
        self, features: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, rng: np.random.Generator
    ) -> FittedMixtureSegments:
        """Find the segments.

        features: one row per customer, one column per feature, (n, p), without missing figures. weights: how many
        customers each row stands for. rng: draws the starts.

        Raises `InvalidSetting` (a missing figure, a feature without variation) or `NotEnoughData`.
        """
        numbers = checked_range(self.segments, self.most, self.criterion)
        if self.covariance not in ("full", "diagonal"):
            raise InvalidSetting("The covariance is full or diagonal.", code="covariance")
        if self.starts < 1:
            raise InvalidSetting("At least one start is needed.", code="starts")
        rows, centre, scale = _standardised(features, weights, numbers[0])
        few = rows.drawn(SAMPLE, rng)
        diagonal, tried = self.covariance == "diagonal", []
        for count in (number for number in numbers if number < len(few.weight) or number == numbers[0]):
            mixture = climb(few, best_start(few, count, self.starts, diagonal, rng), diagonal)
            tried.append((self._criteria(mixture, few, centre, scale), mixture))
        chosen = min(tried, key=lambda pair: getattr(pair[0], self.criterion))[1]
        if few is not rows:
            chosen = climb(rows, chosen, diagonal)
        return self._record(chosen, rows, scale, centre, [pair[0] for pair in tried])

    def _criteria(self, mixture: GaussianMixture, rows: Rows, centre: FloatArray, scale: FloatArray) -> Criteria:
        chances, density = shares_of(log_joint(mixture, rows.values))
        count, width = mixture.means.shape
        spare = count * width * (width - 1) // 2 if self.covariance == "diagonal" else 0
        likelihood = float(rows.weight @ density) - rows.total * float(np.log(scale).sum())
        return Criteria.of(count, likelihood, mixture.parameters - spare, rows.total, entropy(chances, rows.weight))

    def _record(
        self, mixture: GaussianMixture, rows: Rows, scale: FloatArray, centre: FloatArray, tried: list[Criteria]
    ) -> FittedMixtureSegments:
        """In the caller's units, largest segment first."""
        order = np.argsort(-mixture.proportions, kind="stable")
        density = shares_of(log_joint(mixture, rows.values))[1]
        return FittedMixtureSegments(
            customers=rows.total,
            proportions=_tuples(mixture.proportions[order]),
            means=_tuples(mixture.means[order] * scale + centre),
            covariances=_tuples(mixture.covariances[order] * np.outer(scale, scale)),
            log_likelihood=float(rows.weight @ density) - rows.total * float(np.log(scale).sum()),
            tried=tuple((one.segments, one.bic, one.icl) for one in tried),
            converged=mixture.converged,
        )


def _standardised(
    features: npt.ArrayLike, weights: npt.ArrayLike | None, least: int
) -> tuple[Rows, FloatArray, FloatArray]:
    """Distinct rows with mean 0 and deviation 1 in every column, and what was taken off and divided by."""
    rows = distinct_rows(checked_features(features), weights)
    width = rows.values.shape[1]
    needed = max(2, least) * (width + 1)
    if rows.total < needed or width == 0:
        raise NotEnoughData(
            f"{max(2, least)} segments in {width} features need {needed} customers, {rows.total:g} are there. Use a "
            "longer history or fewer features.",
            code="few_customers",
            needed=needed,
        )
    centre = np.average(rows.values, axis=0, weights=rows.weight)
    scale = np.sqrt(np.average((rows.values - centre) ** 2, axis=0, weights=rows.weight))
    flat = np.flatnonzero(scale <= 1e-12 * np.maximum(np.abs(centre), 1e-300))
    if flat.size:
        raise InvalidSetting(
            f"Feature {int(flat[0])} is the same for everybody and tells nobody apart. Leave it out.",
            code="constant_feature",
            feature=int(flat[0]),
        )
    return Rows((rows.values - centre) / scale, rows.weight), centre, scale


def _tuples(values: FloatArray) -> Any:
    """Nested tuples of plain floats."""
    return tuple(_tuples(part) for part in values) if values.ndim > 1 else tuple(values.tolist())
