"""Churn models judged on customers whom they have not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from fleuve_analytics.backtest.judgement import CalibrationGroup, area_under_curve, calibration_by_group
from fleuve_analytics.churn.folds import fold_of_row, kept_together, twins
from fleuve_analytics.churn.score import FittedChurn, checked_features, checked_outcomes
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = [
    "ChurnReport",
    "Churning",
    "CrossValidated",
    "Importance",
    "cross_validate",
    "judge_churn",
    "permutation_importance",
    "share_among_highest",
]


class Churning(Protocol):
    """A churn model that can be fitted: `ChurnModel`, `ChurnLogistic`, or one of yours."""

    def fit(
        self,
        features: npt.ArrayLike,
        happened: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
        *,
        groups: npt.ArrayLike | None = None,
    ) -> FittedChurn: ...


@dataclass(frozen=True)
class ChurnReport:
    """Chances of leaving beside what came.

    area_under_curve: chance that one who left was given more than one who stayed. lift: share that left among the
    `listed` part with the highest chances, over the share of all. brier: mean squared error of the chances;
    brier_of_base_rate: the same, had everybody been given the base rate. calibration_error: mean distance between
    chance and share over the groups, weighted by customers (ECE). groups: ten of equal size, lowest chances first.
    """

    customers: int
    churners: int
    area_under_curve: float
    lift: float
    listed: float
    brier: float
    brier_of_base_rate: float
    calibration_error: float
    groups: tuple[CalibrationGroup, ...]


@dataclass(frozen=True, eq=False)
class CrossValidated:
    """Chances that each row got from a model fitted without it, and the report on them.

    twins: rows that copy an earlier row; they were kept on one side of every split.
    """

    probability: FloatArray
    fold: IntArray
    report: ChurnReport
    twins: int


@dataclass(frozen=True)
class Importance:
    """What a feature is worth to the model: how much the area under the curve falls when its figures are shuffled."""

    feature: str
    loss: float
    standard_deviation: float


def judge_churn(probability: npt.ArrayLike, happened: npt.ArrayLike, *, listed: float = 0.1) -> ChurnReport:
    """Judge chances on what came; equal chances at the border of the list count in part, so that row order is no help.

    >>> report = judge_churn([0.9, 0.8, 0.2, 0.1], [True, True, False, False], listed=0.5)
    >>> report.area_under_curve, report.lift, round(report.brier, 3)
    (1.0, 2.0, 0.025)
    """
    chance, came = np.asarray(probability, dtype=np.float64).ravel(), np.asarray(happened, dtype=np.float64).ravel()
    if not (np.isfinite(chance).all() and ((chance >= 0) & (chance <= 1)).all()):
        raise InvalidSetting("Chances lie between 0 and 1.", code="probability")
    if not 0 < listed <= 1:
        raise InvalidSetting("The list is a part of the customers, between 0 and 1.", code="listed")
    area = area_under_curve(chance, came)
    groups, base = calibration_by_group(chance, came), float(came.mean())
    error = sum(group.customers * abs(group.predicted - group.came) for group in groups) / chance.size
    return ChurnReport(
        customers=chance.size,
        churners=int(came.sum()),
        area_under_curve=area,
        lift=share_among_highest(chance, came, listed) / base,
        listed=listed,
        brier=float(np.square(chance - came).mean()),
        brier_of_base_rate=base * (1 - base),
        calibration_error=error,
        groups=groups,
    )


def cross_validate(
    model: Churning,
    features: npt.ArrayLike,
    happened: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    folds: int = 10,
    rng: np.random.Generator,
    groups: npt.ArrayLike | None = None,
) -> CrossValidated:
    """Give every row the chance that a model fitted without it (and without its group) gives.

    Rows with equal features are kept on one side of each split unless `groups` (customers) are given. Published areas
    above .95 on the telecommunications sets come from copying churners *before* the split: copies of a churner then
    stand on both sides. Copies made here or there change nothing in ours. Rows that were blended from several
    customers (SMOTE) cannot be recognised: give the data as they were, and weights if classes must be balanced.

    Customers are assumed exchangeable; for "will it hold next quarter?" train on earlier dates and test on later ones
    with `purged_split`.
    """
    values = checked_features(features)
    outcome, weight = checked_outcomes(values, happened, weights)
    group = kept_together(values, groups)
    fold, chance = fold_of_row(group, outcome, folds, rng), np.zeros(len(values))
    for one in range(folds):
        out = fold == one
        fitted = model.fit(values[~out], outcome[~out], weight[~out], groups=group[~out])
        chance[out] = fitted.probabilities(values[out])
    return CrossValidated(chance, fold, judge_churn(chance, outcome), twins(values))


def permutation_importance(
    fitted: FittedChurn, features: npt.ArrayLike, happened: npt.ArrayLike, *, repeats: int = 5, rng: np.random.Generator
) -> tuple[Importance, ...]:
    """How much worse customers are ordered when one feature is shuffled, most important first.

    Use rows that the model has not seen. Of two features that say the same, neither looks important.
    Reference: Breiman (2001), "Random Forests", section 10.
    """
    values = checked_features(features, len(fitted.names))
    outcome = checked_outcomes(values, happened, None)[0]
    whole = area_under_curve(fitted.log_odds(values), outcome)
    found = []
    for place, name in enumerate(fitted.names):
        losses = np.zeros(repeats)
        for turn in range(repeats):
            shuffled = values.copy()
            shuffled[:, place] = rng.permutation(values[:, place])
            losses[turn] = whole - area_under_curve(fitted.log_odds(shuffled), outcome)
        found.append(Importance(name, float(losses.mean()), float(losses.std(ddof=1)) if repeats > 1 else 0.0))
    return tuple(sorted(found, key=lambda one: -one.loss))


def share_among_highest(chance: FloatArray, came: FloatArray, listed: float) -> float:
    """Share that left among the highest chances; those tied at the border stand in with their mean."""
    length = max(1, round(listed * chance.size))
    border = np.sort(chance)[::-1][length - 1]
    above, tied = chance > border, chance == border
    return float((came[above].sum() + (length - above.sum()) * came[tied].mean()) / length)
