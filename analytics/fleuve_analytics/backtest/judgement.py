"""Predictions judged on what came: totals, groups, order, and the list of those slipping away."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray

__all__ = [
    "CalibrationGroup",
    "JudgedList",
    "JudgedTotal",
    "area_under_curve",
    "calibration_by_group",
    "judge_list",
    "judge_total",
    "mean_absolute_error",
    "normalised_gini",
    "root_mean_squared_error",
]


@dataclass(frozen=True)
class JudgedTotal:
    """A predicted total beside what came."""

    predicted: float
    came: float

    @property
    def error(self) -> float:
        """Predicted over came, less one: −0.12 is 12 % too low. Infinite when nothing came."""
        return self.predicted / self.came - 1 if self.came else math.inf


@dataclass(frozen=True)
class CalibrationGroup:
    """Customers with similar predictions: how many, the mean predicted, the mean that came."""

    customers: int
    predicted: float
    came: float


@dataclass(frozen=True)
class JudgedList:
    """A list of the `length` highest scores, judged on what happened.

    right: how many of them it happened to; precision: their share; base_rate: that share among everybody, which a list
    drawn by lot would have. money_caught: money of the right ones; money_at_stake: money of all to whom it happened.
    """

    length: int
    right: int
    precision: float
    base_rate: float
    money_caught: float
    money_at_stake: float

    @property
    def share_of_money_caught(self) -> float:
        """Part of the money at stake that the list points at; 0 when nothing is at stake."""
        return self.money_caught / self.money_at_stake if self.money_at_stake else 0.0


def judge_total(predicted: npt.ArrayLike, came: npt.ArrayLike) -> JudgedTotal:
    """Sums of the prediction and of what came."""
    first, second = _pair(predicted, came)
    return JudgedTotal(float(first.sum()), float(second.sum()))


def mean_absolute_error(predicted: npt.ArrayLike, came: npt.ArrayLike) -> float:
    """Mean distance between prediction and what came, per customer."""
    first, second = _pair(predicted, came)
    return float(np.abs(first - second).mean())


def root_mean_squared_error(predicted: npt.ArrayLike, came: npt.ArrayLike) -> float:
    """Root of the mean squared distance between prediction and what came."""
    first, second = _pair(predicted, came)
    return float(np.sqrt(np.square(first - second).mean()))


def calibration_by_group(
    predicted: npt.ArrayLike, came: npt.ArrayLike, groups: int = 10
) -> tuple[CalibrationGroup, ...]:
    """Customers cut into groups of equal size by prediction, lowest first: does what came follow what was predicted?"""
    first, second = _pair(predicted, came)
    order = np.argsort(first, kind="stable")
    parts = [part for part in np.array_split(order, groups) if part.size]
    return tuple(CalibrationGroup(part.size, float(first[part].mean()), float(second[part].mean())) for part in parts)


def area_under_curve(score: npt.ArrayLike, happened: npt.ArrayLike) -> float:
    """Chance that somebody to whom it happened has a higher score than somebody to whom it did not (ties count half).

    Raises `NotEnoughData` when it happened to everybody or to nobody.
    """
    from scipy.stats import rankdata

    points, event = _pair(score, np.asarray(happened, dtype=np.bool_))
    hits = event > 0
    yes, no = int(hits.sum()), int((~hits).sum())
    if yes == 0 or no == 0:
        raise NotEnoughData("It happened to everybody or to nobody: no order can be judged.", code="one_outcome")
    return float((rankdata(points)[hits].sum() - yes * (yes + 1) / 2) / (yes * no))


def normalised_gini(score: npt.ArrayLike, came: npt.ArrayLike) -> float:
    """How well a score orders customers by what they brought: 1 as knowing it, 0 as by lot, −1 the reverse.

    The area between the curve "share of what came, against share of customers, highest scores first" and the diagonal,
    over the same area for the order of what came itself (the convention of Zhang, Bradlow & Small and of competitions:
    the raw area depends on how unequal customers are). Equal scores share evenly what they brought.

    Raises `NotEnoughData` when everybody brought the same.

    >>> normalised_gini([3, 2, 1], [50, 10, 0]), normalised_gini([1, 1, 1], [50, 10, 0])
    (1.0, 0.0)
    """
    points, money = _pair(score, came)
    if (money < 0).any():
        raise InvalidSetting("What came cannot be negative: sum what was returned into the purchase.", code="negative")
    best = _curve_area(money, money)
    if best <= 0:
        raise NotEnoughData("Everybody brought the same, so that no order is better than another.", code="one_outcome")
    return float(_curve_area(points, money) / best)


def _curve_area(score: FloatArray, money: FloatArray) -> float:
    """Area between the curve of what came, highest scores first, and the diagonal; positive where the order helps."""
    _, place, count = np.unique(-score, return_inverse=True, return_counts=True)
    brought = np.bincount(place.ravel(), weights=money)
    total = brought.sum()
    if total <= 0:
        return 0.0
    reached = np.cumsum(brought) / total
    middle = reached - brought / (2 * total)
    return float((count * middle).sum() / score.size - 0.5)


def judge_list(score: npt.ArrayLike, happened: npt.ArrayLike, money: npt.ArrayLike, length: int) -> JudgedList:
    """Judge the list of the `length` highest scores; equal scores enter in the order given.

    happened: whether the feared event came (for a slipping list: bought nothing in the months after). money: what each
    customer stands for, such as the spend of the year before.
    """
    points, event = _pair(score, np.asarray(happened, dtype=np.bool_))
    worth = _pair(points, money)[1]
    if not 0 < length <= points.size:
        raise InvalidSetting(f"A list of {length} cannot be made from {points.size} customers.", code="length")
    listed = np.argsort(-points, kind="stable")[:length]
    hits = event > 0
    right = int(hits[listed].sum())
    return JudgedList(
        length=length,
        right=right,
        precision=right / length,
        base_rate=float(hits.mean()),
        money_caught=float(worth[listed][hits[listed]].sum()),
        money_at_stake=float(worth[hits].sum()),
    )


def _pair(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    one, other = (np.asarray(part, dtype=np.float64).ravel() for part in (first, second))
    if one.size != other.size or one.size == 0 or not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise InvalidSetting("Two arrays of the same length, without missing figures, are needed.", code="arrays")
    return one, other
