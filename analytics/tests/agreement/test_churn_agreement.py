"""Churn models beside an independent route: scikit-learn's own scores, brute force over orders, another optimiser."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from fleuve_analytics.churn import ChurnLogistic, ChurnModel
from fleuve_analytics.churn.calibration import isotonic_steps, platt_line
from fleuve_analytics.churn.trees import Tree, grown_trees, tree_contributions, tree_scores
from fleuve_analytics.numerics import FloatArray


def people(count: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Four features, one of them rounded and one often missing, and who left."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, 4))
    values[:, 1] = np.round(values[:, 1])
    values[rng.random(count) < 0.3, 2] = np.nan
    odds = 1.5 * values[:, 0] * (values[:, 1] > 0) + np.where(np.isnan(values[:, 2]), 1.0, -values[:, 2])
    return values, (rng.random(count) < 1 / (1 + np.exp(-odds))).astype(float)


@pytest.mark.parametrize("leaves", [2, 8, 13, 64])
def test_trees_as_numbers_score_as_scikit_learn_does(leaves: int) -> None:
    sklearn = pytest.importorskip("sklearn.ensemble")
    threads = pytest.importorskip("threadpoolctl")
    values, left = people(1500, 1)
    fresh = people(800, 2)[0]
    booster = sklearn.HistGradientBoostingClassifier(
        max_iter=15, max_leaf_nodes=leaves, max_depth=10, min_samples_leaf=5, early_stopping=False
    )
    # Several threads spend a busy machine's time waiting for each other.
    with threads.threadpool_limits(1, user_api="openmp"):
        theirs = booster.fit(values, left).decision_function(fresh)
    start, trees = grown_trees(booster)
    # The same sums of the same numbers in another order.
    assert start + tree_scores(trees, fresh) == pytest.approx(theirs, abs=1e-12)


def by_orders(trees: tuple[Tree, ...], row: FloatArray) -> FloatArray:
    """Shapley values from their definition: the mean, over all orders, of what knowing a feature changes."""

    def worth(tree: Tree, known: frozenset[int], place: int = 0) -> float:
        feature, threshold, missing, left, right, value, count = tree[place]
        if feature < 0:
            return value
        if feature in known:
            figure = row[feature]
            goes_left = bool(missing) if np.isnan(figure) else figure <= threshold
            return worth(tree, known, left if goes_left else right)
        return sum(worth(tree, known, child) * tree[child][6] / count for child in (left, right))

    total, orders = np.zeros(row.size), list(permutations(range(row.size)))
    for order in orders:
        for place, feature in enumerate(order):
            before, after = frozenset(order[:place]), frozenset(order[: place + 1])
            total[feature] += sum(worth(tree, after) - worth(tree, before) for tree in trees)
    return total / len(orders)


def test_reasons_are_shapley_values_by_brute_force_over_all_orders() -> None:
    values, left = people(600, 3)
    fitted = ChurnModel(rounds=6, leaves=10, depth=6, calibration="none").fit(values, left)
    some = people(12, 4)[0]
    added = tree_contributions(fitted.trees, some)[1]
    for row, mine in zip(some, added, strict=True):
        assert mine == pytest.approx(by_orders(fitted.trees, row), abs=1e-12)


def test_logistic_coefficients_are_those_of_another_optimiser() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    values, left = people(900, 5)
    values = np.nan_to_num(values)
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    other = linear.LogisticRegression(C=1 / 2.5, tol=1e-10, max_iter=1000).fit(standard, left)
    mine = ChurnLogistic(penalty=2.5).fit(values, left)
    # The other search stops at a gradient of about 1e-6 a customer.
    assert np.array(mine.coefficients) * values.std(axis=0) == pytest.approx(other.coef_[0], abs=1e-4)
    assert mine.log_odds(values) == pytest.approx(other.decision_function(standard), abs=1e-3)


def test_platts_line_and_the_rising_curve_agree_with_scikit_learns() -> None:
    isotonic = pytest.importorskip("sklearn.isotonic")
    calibration = pytest.importorskip("sklearn.calibration")
    rng = np.random.default_rng(6)
    score = np.round(rng.normal(size=700), 2)
    came = (rng.random(700) < 1 / (1 + np.exp(-2 * score + 1))).astype(float)
    ones = np.ones(700)
    theirs = calibration._sigmoid_calibration(score, came)
    assert platt_line(score, came, ones) == pytest.approx((-theirs[1], -theirs[0]), abs=1e-4)
    steps = np.array(isotonic_steps(score, came, ones))
    curve = isotonic.IsotonicRegression(y_min=1 / 702, y_max=701 / 702).fit(score, came)
    grid = np.linspace(-2, 2, 101)
    assert np.interp(grid, steps[:, 0], steps[:, 1]) == pytest.approx(curve.predict(grid), abs=1e-9)
