"""Churn by gradient-boosted trees, calibrated, kept as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.churn.calibration import Calibration, Steps, isotonic_steps, platt_line
from fleuve_analytics.churn.folds import fold_of_row, kept_together
from fleuve_analytics.churn.score import FittedChurn, checked_features, checked_names, checked_outcomes
from fleuve_analytics.churn.trees import MOST_LEAVES, Tree, grown_trees, tree_contributions, tree_scores
from fleuve_analytics.errors import InvalidSetting, MissingExtra
from fleuve_analytics.numerics import FloatArray, require_positive

__all__ = ["ChurnModel", "FittedChurnModel"]

# Measured with 20 features on two busy cores: one thread was faster below, two at 200,000 rows (22 against 34 s).
_ROWS_FOR_THREADS = 50_000


@dataclass(frozen=True, kw_only=True)
class FittedChurnModel(FittedChurn):
    """Boosted trees: log-odds = intercept + slope · (start + sum of the leaves).

    intercept and slope come from Platt's calibration (0 and 1 without it). trees: each node is (feature or −1 in a
    leaf, threshold, 1 when a missing figure goes left, left child, right child, value of the leaf, customers).
    """

    model = "ChurnModel"

    start: float
    intercept: float
    slope: float
    trees: tuple[Tree, ...]

    def log_odds(self, features: npt.ArrayLike) -> FloatArray:
        """Log-odds of leaving of each customer, (n,); before the curve when the calibration is isotonic."""
        values = checked_features(features, len(self.names))
        return self.intercept + self.slope * (self.start + tree_scores(self.trees, values))

    def contributions(self, features: npt.ArrayLike) -> tuple[float, FloatArray]:
        """Log-odds of the average customer, and what each feature adds for each customer, (n, p): Shapley values."""
        mean, added = tree_contributions(self.trees, checked_features(features, len(self.names)))
        return self.intercept + self.slope * (self.start + mean), self.slope * added


@dataclass(frozen=True)
class ChurnModel:
    """Who is about to leave? (gradient-boosted trees; needs the extra `churn`)

    Assumptions: those to come behave as those seen, at the same season; rows are customers as of a date and what
    happened in the window after it (`churn_features`). Any relation between features and leaving, steps and
    interactions included, is learned; missing figures (NaN) are used as they are.

    names: of the features, for reasons. rounds: number of trees; learning_rate: weight of each; leaves and depth: their
    size (2 to 64 leaves, depth 1 to 10); least: customers a leaf needs; penalty: pull of leaves towards zero.
    calibration: "platt", "isotonic" or "none", fitted on customers left out of the trees, in `folds` parts.

    Sums of gradients are independent of the order of rows, which are sorted first. `weights` weigh customers in the
    gradients; `least` counts rows. Reference: Friedman (2001), Annals of Statistics 29; histogram trees as in Ke et al.
    (2017), "LightGBM".

    >>> rng = np.random.default_rng(4)
    >>> silence, tickets = rng.exponential(30, 400), rng.poisson(1, 400)
    >>> left = rng.random(400) < np.where(silence > 40, 0.7, 0.1)
    >>> model = ChurnModel(names=("silence", "tickets"), rounds=30, folds=3)
    >>> fitted = model.fit(np.column_stack([silence, tickets]), left)
    >>> fitted.probabilities([[10, 1], [90, 1]]).round(1).tolist()
    [0.1, 0.7]
    >>> fitted.reasons([[90, 1]], most=1)[0][0].feature
    'silence'
    """

    names: tuple[str, ...] = ()
    rounds: int = 150
    learning_rate: float = 0.05
    leaves: int = 8
    depth: int = 4
    least: int = 20
    penalty: float = 1.0
    calibration: Calibration = "platt"
    folds: int = 5

    def fit(
        self,
        features: npt.ArrayLike,
        happened: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
        *,
        groups: npt.ArrayLike | None = None,
    ) -> FittedChurnModel:
        """Grow the trees.

        features: (n, p), NaN where unknown; happened: whether each left, (n,). weights: how many customers each row
        stands for. groups: the customer of each row when one has several (dates): her rows stay together in the folds
        of the calibration.

        Raises `InvalidSetting`, `NotEnoughData`, `MissingExtra`.
        """
        self._require_sound()
        values = checked_features(features)
        names = checked_names(self.names, values.shape[1])
        outcome, weight = checked_outcomes(values, happened, weights)
        group = kept_together(values, groups)
        order = np.lexsort((weight, outcome, *values.T[::-1]))
        order = order[weight[order] > 0]
        values, outcome, weight, group = values[order], outcome[order], weight[order], group[order]
        start, trees = self._grown(values, outcome, weight)
        intercept, slope = 0.0, 1.0
        steps: Steps = ()
        if self.calibration != "none":
            unseen = self._unseen(values, outcome, weight, group)
            if self.calibration == "platt":
                intercept, slope = platt_line(unseen, outcome, weight)
            else:
                steps = isotonic_steps(unseen, outcome, weight)
        return FittedChurnModel(
            customers=float(weight.sum()),
            churners=float(weight @ outcome),
            names=names,
            steps=steps,
            start=start,
            intercept=intercept,
            slope=slope,
            trees=trees,
        )

    def _require_sound(self) -> None:
        require_positive(rounds=self.rounds, learning_rate=self.learning_rate, least=self.least)
        if not (2 <= self.leaves <= MOST_LEAVES and 1 <= self.depth <= 10 and self.penalty >= 0):
            raise InvalidSetting(
                "Trees have 2 to 64 leaves, a depth of 1 to 10 and a penalty of zero or more.", code="trees"
            )
        if self.calibration not in ("platt", "isotonic", "none"):
            raise InvalidSetting("The calibration is platt, isotonic or none.", code="calibration")

    def _unseen(self, values: FloatArray, outcome: FloatArray, weight: FloatArray, group: Any) -> FloatArray:
        """The score of each row from trees that grew without its fold."""
        fold, score = fold_of_row(np.unique(group, return_inverse=True)[1], outcome, self.folds), np.zeros(len(values))
        for one in range(self.folds):
            out = fold == one
            start, trees = self._grown(values[~out], outcome[~out], weight[~out])
            score[out] = start + tree_scores(trees, values[out])
        return score

    def _grown(self, values: FloatArray, outcome: FloatArray, weight: FloatArray) -> tuple[float, tuple[Tree, ...]]:
        try:
            from sklearn.ensemble import HistGradientBoostingClassifier
            from threadpoolctl import threadpool_limits
        except ImportError:
            raise MissingExtra(
                "Boosted trees need scikit-learn. Install fleuve-analytics[churn], or take ChurnLogistic.",
                code="churn",
            ) from None
        # A feature known of nobody has no borders to split at, which the binning there cannot take.
        values = np.where(np.isnan(values).all(axis=0), 0.0, values)
        booster = HistGradientBoostingClassifier(
            learning_rate=self.learning_rate,
            max_iter=self.rounds,
            max_leaf_nodes=self.leaves,
            max_depth=self.depth,
            min_samples_leaf=self.least,
            l2_regularization=self.penalty,
            early_stopping=False,
            # Draws the rows that set the borders of bins, beyond 200,000 rows only: fixed, as rows come sorted.
            random_state=0,
        )
        # Threads wait for each other at every node: on a busy machine that costs more than it saves for few rows. None
        # leaves their number as it is.
        with threadpool_limits(1 if len(values) < _ROWS_FOR_THREADS else None, user_api="openmp"):
            booster.fit(values, outcome, sample_weight=weight)
        return grown_trees(booster)
