"""Do groups of customers leave at different rates? The log-rank test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidHistory, NotEnoughData
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.retention.curves import events_at, times_of_departure
from fleuve_analytics.retention.durations import Durations, checked_durations

__all__ = ["LogRank", "log_rank"]


@dataclass(frozen=True)
class LogRank:
    """observed, expected: departures per group, as they came and as they would come if groups did not matter.

    p_value: chance of a statistic this large when they do not matter.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float
    groups: tuple[object, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]


def log_rank(
    duration: npt.ArrayLike,
    left: npt.ArrayLike,
    group: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
) -> LogRank:
    """Compare the departures of two or more groups with what chance would give (log-rank, Mantel).

    Assumptions: censoring has nothing to do with leaving, in any group; the test sees best a group that leaves at a
    constant multiple of another's rate, and may miss curves that cross. A difference is not a cause.

    group: which group each customer belongs to, any labels, shape (n,); other arguments and errors are those of
    `kaplan_meier`.
    Raises `NotEnoughData` (code one_group) when there is nothing to compare, or nobody left while groups overlapped.
    Reference: Mantel (1966), Cancer Chemotherapy Reports 50; variance for ties: hypergeometric.

    >>> test = log_rank([6, 7, 10, 13, 1, 1, 2, 3], [1, 1, 1, 0, 1, 1, 1, 1], list("aaaabbbb"))
    >>> round(test.statistic, 3), test.observed
    (7.504, (3.0, 4.0))
    """
    seen = checked_durations(duration, left, entry, weights)
    labels, place = _labelled(group, seen.duration.size)
    at_risk, lost = _by_group(seen, place, len(labels))
    all_risk, all_lost = at_risk.sum(axis=0), lost.sum(axis=0)
    share = at_risk / np.maximum(all_risk, 1e-300)
    surprise = (lost - share * all_lost).sum(axis=1)
    spread = np.where(all_risk > 1, all_lost * (all_risk - all_lost) / np.maximum(all_risk - 1, 1e-300), 0.0)
    covariance = np.diag(share @ spread) - (share * spread) @ share.T
    rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
    if rank == 0:
        raise NotEnoughData(
            "Nobody left while two groups were there together: nothing can be compared.", code="one_group"
        )
    statistic = float(surprise @ np.linalg.pinv(covariance, hermitian=True) @ surprise)
    return LogRank(
        statistic=statistic,
        degrees_of_freedom=rank,
        p_value=_chance_above(statistic, rank),
        groups=labels,
        observed=tuple(lost.sum(axis=1).tolist()),
        expected=tuple((share @ all_lost).tolist()),
    )


def _labelled(group: npt.ArrayLike, size: int) -> tuple[tuple[object, ...], npt.NDArray[np.intp]]:
    names, place = np.unique(np.asarray(group), return_inverse=True)
    if place.size != size:
        raise InvalidHistory(
            f"There are {place.size} group labels for {size} customers. Give one each.", code="lengths_differ"
        )
    if names.size < 2:
        raise NotEnoughData("There is one group only: nothing can be compared. Name two or more.", code="one_group")
    return tuple(names.tolist()), place.ravel()


def _by_group(seen: Durations, place: npt.NDArray[np.intp], groups: int) -> tuple[FloatArray, FloatArray]:
    """At risk and lost per group (rows) at each time at which anybody left (columns)."""
    time = times_of_departure(seen)
    at_risk, lost = np.zeros((groups, time.size)), np.zeros((groups, time.size))
    for number in range(groups):
        rows = place == number
        some = Durations(seen.duration[rows], seen.left[rows], seen.entry[rows], seen.weights[rows])
        events = events_at(some, time)
        at_risk[number], lost[number] = events.at_risk, events.left
    return at_risk, lost


def _chance_above(statistic: float, degrees: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(degrees, statistic))
