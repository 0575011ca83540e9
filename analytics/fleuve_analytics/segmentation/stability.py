"""Would the same segments be found in another sample? Agreement of two groupings, and the bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["SegmentStability", "adjusted_rand", "jaccard_by_segment", "segment_stability"]

Segmenting = Callable[[FloatArray], IntArray]


@dataclass(frozen=True, eq=False)
class SegmentStability:
    """How well each segment was found again in resampled customers.

    jaccard: mean similarity of each segment with its best match, shape (segments,): below 0.6 not to be trusted, 0.6 to
    0.75 a pattern with doubtful members, above 0.85 highly stable (Hennig's reading). dissolved: share of resamples in
    which it fell to 0.5 or less. adjusted_rand: agreement of whole groupings, one figure a resample. customers: size.
    """

    jaccard: FloatArray
    dissolved: FloatArray
    adjusted_rand: FloatArray
    customers: IntArray


def segment_stability(
    features: npt.ArrayLike, segmenting: Segmenting, *, replications: int, rng: np.random.Generator
) -> SegmentStability:
    """Bootstrap stability of a segmentation, segment by segment.

    Customers are drawn again with replacement and segmented anew; each first segment is compared, among the customers
    drawn (each once), with the new segment most like it.

    features: (n, p); segmenting: a function from features to the segment of each row (numbers from 0), such as
    ``lambda rows: MixtureSegments().fit(rows, rng=rng).assign(rows)``. Pass it whatever choices it makes, the number of
    segments included: those are part of what may be unstable.

    Reference: Hennig (2007), "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis
    52; Hubert & Arabie (1985) for the adjusted Rand index.

    >>> rng = np.random.default_rng(1)
    >>> rows = np.concatenate([rng.normal(0, 1, 50), rng.normal(9, 1, 50)])[:, np.newaxis]
    >>> found = segment_stability(rows, lambda some: (some[:, 0] > some.mean()) * 1, replications=20, rng=rng)
    >>> found.jaccard.tolist()
    [1.0, 1.0]
    """
    rows = np.asarray(features, dtype=np.float64)
    if rows.ndim != 2 or len(rows) < 2:
        raise InvalidSetting("Features come as one row per customer, for two customers at least.", code="features")
    if replications < 1:
        raise InvalidSetting("At least one replication is needed; 100 are usual.", code="replications")
    first = _labels(segmenting(rows), len(rows))
    found, agreement = np.full((replications, int(first.max()) + 1), np.nan), np.zeros(replications)
    for turn in range(replications):
        drawn = rng.integers(0, len(rows), len(rows))
        again = _labels(segmenting(rows[drawn]), len(rows))
        places, once = np.unique(drawn, return_index=True)
        similar = jaccard_by_segment(first[places], again[once])
        found[turn, : similar.size] = similar
        agreement[turn] = adjusted_rand(first[places], again[once])
    # A segment none of whose members was drawn cannot be judged in that resample.
    seen = np.maximum(np.isfinite(found).sum(axis=0), 1)
    return SegmentStability(
        jaccard=np.nansum(found, axis=0) / seen,
        dissolved=(found <= 0.5).sum(axis=0) / seen,
        adjusted_rand=agreement,
        customers=np.bincount(first).astype(np.int64),
    )


def adjusted_rand(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Agreement of two groupings of the same customers: 1 when equal up to names, 0 on average when unrelated.

    >>> adjusted_rand([0, 0, 1, 1], [5, 5, 2, 2])
    1.0
    """
    table = _crossed(first, second)[0].astype(np.float64)
    pairs = float((table * (table - 1)).sum() / 2)
    rows, columns = (float((side * (side - 1)).sum() / 2) for side in (table.sum(axis=1), table.sum(axis=0)))
    count = float(table.sum())
    expected = rows * columns / (count * (count - 1) / 2) if count > 1 else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)


def jaccard_by_segment(first: npt.ArrayLike, second: npt.ArrayLike) -> FloatArray:
    """For each segment of the first grouping (0, 1, …), its similarity with the most similar one of the second.

    Members in common over members of either; NaN for a number that nobody has.

    >>> jaccard_by_segment([0, 0, 1, 1], [1, 1, 1, 0]).round(3).tolist()
    [0.667, 0.5]
    """
    table, names = _crossed(first, second)
    either = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    similar = np.full(int(names.max()) + 1, np.nan)
    similar[names] = (table / either).max(axis=1)
    return similar


def _crossed(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[IntArray, IntArray]:
    """Counts of each pair of groups, and the numbers of the first grouping."""
    one, other = np.asarray(first).ravel(), np.asarray(second).ravel()
    if one.size != other.size or one.size == 0:
        raise InvalidSetting("Two groupings of the same customers are needed.", code="groupings")
    names, rows = np.unique(one, return_inverse=True)
    columns = np.unique(other, return_inverse=True)[1]
    width = int(columns.max()) + 1
    table = np.bincount(rows * width + columns, minlength=names.size * width).reshape(names.size, width)
    return table.astype(np.int64), names.astype(np.int64) if names.dtype.kind in "iub" else np.arange(names.size)


def _labels(groups: npt.ArrayLike, count: int) -> IntArray:
    labels = np.asarray(groups).ravel()
    if labels.size != count or labels.dtype.kind not in "iub" or labels.min() < 0:
        raise InvalidSetting("The segmenting must give one number from 0 on per row.", code="segmenting")
    return labels.astype(np.int64)
