"""Who moved from which segment to which between two dates, and whether one step explains two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.shares import share_interval

__all__ = ["MarkovCheck", "SegmentMigration", "markov_check", "segment_migration"]


@dataclass(frozen=True, eq=False)
class SegmentMigration:
    """Moves between two dates; tables of shape (segments, segments), from row to column.

    counts: customers; shares: of those who started in the row, NaN for an empty row; low, high: Wilson intervals of the
    shares, each at `level`.
    """

    counts: IntArray
    shares: FloatArray
    low: FloatArray
    high: FloatArray
    level: float

    @property
    def stayed(self) -> FloatArray:
        """Share of each segment that is still there."""
        return np.diagonal(self.shares).copy()

    def expected_after(self, steps: int, start: npt.ArrayLike | None = None) -> FloatArray:
        """Expected customers per segment after further steps of the same length, were the moves a Markov chain.

        start: customers per segment now (those at the second date by default). A segment that nobody left from before
        keeps whom it has. Nobody enters or leaves: count "not a customer" as a segment if they do.
        """
        if steps < 0:
            raise InvalidSetting("Steps are 0 or more.", code="steps")
        now = self.counts.sum(axis=0) if start is None else np.asarray(start, dtype=np.float64)
        if now.shape != (len(self.counts),):
            raise InvalidSetting("One number of customers per segment is needed.", code="start")
        return np.asarray(now @ np.linalg.matrix_power(_closed(self.shares), steps), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class MarkovCheck:
    """Moves over two steps beside what one step, repeated, would give.

    counts, expected: customers by segment at the first and the third date. statistic, degrees, p_value: likelihood-
    ratio test that the third date depends on the second alone, given the second (Anderson & Goodman 1957). A small
    p-value says that history matters beyond the present segment: do not multiply the table.
    """

    counts: IntArray
    expected: FloatArray
    statistic: float
    degrees: int
    p_value: float


def segment_migration(
    before: npt.ArrayLike, after: npt.ArrayLike, *, segments: int | None = None, level: float = 0.95
) -> SegmentMigration:
    """Cross the segments of the same customers at two dates.

    before, after: segment numbers from 0, shape (n,), customers in one order. segments: how many there are (the highest
    number plus one by default). Use segments fixed at the first date (thresholds, fitted mixture) on both dates, or
    moves of people and of borders are mixed up.

    >>> moved = segment_migration([0, 0, 0, 1], [0, 0, 1, 1])
    >>> moved.shares.round(2).tolist()
    [[0.67, 0.33], [0.0, 1.0]]
    """
    counts = _table(before, after, segments=segments)
    left = counts.sum(axis=1, keepdims=True)
    low, high = share_interval(counts, left, level)
    with np.errstate(invalid="ignore"):
        shares = np.where(left > 0, counts / np.maximum(left, 1), np.nan)
    return SegmentMigration(counts, shares, low, high, level)


def markov_check(first: npt.ArrayLike, second: npt.ArrayLike, third: npt.ArrayLike) -> MarkovCheck:
    """Does the segment at the second date tell all that the past knows about the third?

    Three groupings of the same customers at equally spaced dates. Expected counts multiply the two one-step tables.
    Reference: Anderson & Goodman (1957), "Statistical Inference about Markov Chains", section 3.
    """
    from scipy.special import chdtrc

    groups = [_numbers(part) for part in (first, second, third)]
    if len({part.size for part in groups}) != 1:
        raise InvalidSetting("Three groupings of the same customers are needed.", code="groupings")
    count = max(int(part.max()) for part in groups) + 1
    cube = np.zeros((count, count, count))
    np.add.at(cube, tuple(groups), 1.0)
    through = cube.sum(axis=(0, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        even = cube.sum(axis=2)[:, :, np.newaxis] * cube.sum(axis=0)[np.newaxis] / through[np.newaxis, :, np.newaxis]
        parts = np.where(cube > 0, cube * np.log(cube / even), 0.0)
    statistic = max(0.0, 2 * float(parts.sum()))
    came, went = (cube.sum(axis=2) > 0).sum(axis=0), (cube.sum(axis=0) > 0).sum(axis=1)
    degrees = int((np.maximum(came - 1, 0) * np.maximum(went - 1, 0)).sum())
    return MarkovCheck(
        counts=cube.sum(axis=1).astype(np.int64),
        expected=np.nansum(even, axis=1),
        statistic=statistic,
        degrees=degrees,
        p_value=float(chdtrc(degrees, statistic)) if degrees else 1.0,
    )


def _closed(shares: FloatArray) -> FloatArray:
    """Moves with nobody lost: an empty row stays where it is."""
    return np.where(np.isnan(shares), np.eye(len(shares)), shares)


def _table(before: npt.ArrayLike, after: npt.ArrayLike, *, segments: int | None) -> IntArray:
    one, other = _numbers(before), _numbers(after)
    if one.size != other.size:
        raise InvalidSetting("Two groupings of the same customers are needed.", code="groupings")
    most = max(int(one.max()), int(other.max())) + 1
    count = most if segments is None else int(segments)
    if count < most:
        raise InvalidSetting(f"A customer is in segment {most - 1}, but there are only {count}.", code="segments")
    return np.bincount(one * count + other, minlength=count * count).reshape(count, count).astype(np.int64)


def _numbers(groups: npt.ArrayLike) -> IntArray:
    numbers = np.asarray(groups).ravel()
    if numbers.size == 0 or numbers.dtype.kind not in "iub" or numbers.min() < 0:
        raise InvalidSetting("Segments are numbers from 0 on, one per customer.", code="groupings")
    return numbers.astype(np.int64)
