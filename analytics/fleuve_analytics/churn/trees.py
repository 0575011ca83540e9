"""Boosted trees as plain numbers: read from scikit-learn once, then scored and explained without it.

Scores: every tree with at most 64 leaves is a handful of tests; each failed test strikes out the leaves to its left,
and the first leaf left standing is the answer (Lucchese et al. 2015, "QuickScorer"). Explanations: exact Shapley values
of the path-dependent kind (Lundberg, Erion & Lee 2018, "Consistent Individualized Feature Attribution for Tree
Ensembles"), read from a table per leaf of which of its few features agree with the customer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import factorial
from typing import Any

import numpy as np

from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["MOST_LEAVES", "Tree", "grown_trees", "tree_contributions", "tree_scores"]

MOST_LEAVES = 64
# Rows at a time: few enough to stay in the processor's cache.
ROWS = 16_384

# feature (−1 in a leaf), threshold, 1 if a missing figure goes left, left and right child, value of a leaf, customers
Node = tuple[int, float, int, int, int, float, float]
Tree = tuple[Node, ...]


def grown_trees(booster: Any) -> tuple[float, tuple[Tree, ...]]:
    """The starting log-odds and the trees of a fitted HistGradientBoostingClassifier of two classes."""
    trees = tuple(_tree(stage[0].nodes) for stage in booster._predictors)
    return float(np.ravel(booster._baseline_prediction)[0]), trees


def _tree(nodes: Any) -> Tree:
    grown = []
    for node in nodes:
        leaf = bool(node["is_leaf"])
        # A split "missing against the rest" has an infinite threshold, which JSON cannot hold; no figure is larger.
        threshold = min(float(node["num_threshold"]), float(np.finfo(np.float64).max))
        grown.append(
            (
                -1 if leaf else int(node["feature_idx"]),
                0.0 if leaf else threshold,
                0 if leaf else int(node["missing_go_to_left"]),
                0 if leaf else int(node["left"]),
                0 if leaf else int(node["right"]),
                float(node["value"]) if leaf else 0.0,
                float(node["count"]),
            )
        )
    return tuple(grown)


@dataclass(frozen=True)
class _Leaf:
    """One leaf: its value, and for each feature on its path the tests to pass and the share of customers who do."""

    value: float
    tests: dict[int, tuple[tuple[float, int, bool], ...]]
    shares: dict[int, float]


def _leaves(tree: Tree) -> Iterator[_Leaf]:
    """Leaves from left to right."""
    pending: list[tuple[int, dict[int, tuple[tuple[float, int, bool], ...]], dict[int, float]]] = [(0, {}, {})]
    while pending:
        place, tests, shares = pending.pop()
        feature, threshold, missing, left, right, value, count = tree[place]
        if feature < 0:
            yield _Leaf(value, tests, shares)
            continue
        for child, goes_left in ((right, False), (left, True)):
            passed = (*tests.get(feature, ()), (threshold, missing, goes_left))
            part = shares.get(feature, 1.0) * tree[child][6] / count
            pending.append((child, {**tests, feature: passed}, {**shares, feature: part}))


def tree_scores(trees: Sequence[Tree], values: FloatArray) -> FloatArray:
    """Sum of the leaves that each row falls in, (n,)."""
    compiled = [_compiled(tree) for tree in trees]
    total = np.zeros(len(values))
    for start in range(0, len(values), ROWS):
        part = np.ascontiguousarray(values[start : start + ROWS].T)
        absent: Any = np.isnan(part)
        missing = absent.any(axis=1)
        for tests, outcome, kind in compiled:
            standing = np.full(part.shape[1], np.iinfo(kind).max, dtype=kind)
            for feature, threshold, goes_left, keeps in tests:
                fails: Any = part[feature] > threshold
                if missing[feature] and not goes_left:
                    fails |= absent[feature]
                # All ones where the test is passed, what it keeps where it fails.
                standing &= np.where(fails, keeps, kind.type(np.iinfo(kind).max))
            total[start : start + ROWS] += outcome[_first_bit(standing)]
    return total


def _compiled(tree: Tree) -> tuple[list[tuple[int, float, int, Any]], FloatArray, Any]:
    """Tests with the leaves that a failed one leaves standing, the values of leaves, and a wide enough integer."""
    order: list[float] = []
    tests: list[tuple[int, float, int, int]] = []

    def walk(place: int) -> int:
        feature, threshold, missing, left, right, value, _ = tree[place]
        if feature < 0:
            order.append(value)
            return 1 << (len(order) - 1)
        at = len(tests)
        tests.append((feature, threshold, missing, 0))
        on_left = walk(left)
        tests[at] = (feature, threshold, missing, on_left)
        return on_left | walk(right)

    walk(0)
    kind = np.dtype(f"uint{next(size for size in (8, 16, 32, 64) if size >= len(order))}")
    everything = int(np.iinfo(kind).max)
    masked = [
        (feature, threshold, missing, kind.type(everything & ~bits)) for feature, threshold, missing, bits in tests
    ]
    return masked, np.array(order), kind


def _first_bit(standing: Any) -> IntArray:
    """Place of the lowest bit that is set."""
    if standing.dtype == np.uint8:
        return np.asarray(_byte_table()[standing], dtype=np.int64)
    lowest = standing & (~standing + standing.dtype.type(1))
    # A power of two is exact as a float; its exponent is the place plus one.
    return np.asarray(np.frexp(lowest.astype(np.float64))[1] - 1, dtype=np.int64)


@cache
def _byte_table() -> IntArray:
    return np.array([0, *((byte & -byte).bit_length() - 1 for byte in range(1, 256))], dtype=np.int64)


def tree_contributions(trees: Sequence[Tree], values: FloatArray) -> tuple[float, FloatArray]:
    """Mean score of the customers that the trees grew on, and what each feature adds to it for each row, (n, p).

    The mean and the row's contributions sum to its score.
    """
    mean, added = 0.0, np.zeros(values.shape)
    for tree in trees:
        for leaf in _leaves(tree):
            features = list(leaf.tests)
            mean += leaf.value * float(np.prod(list(leaf.shares.values())))
            if not features:
                continue
            agrees = np.zeros(len(values), dtype=np.int64)
            for bit, feature in enumerate(features):
                agrees |= _passes(values[:, feature], leaf.tests[feature]).astype(np.int64) << bit
            added[:, features] += leaf.value * _shapley(tuple(leaf.shares.values()))[agrees]
    return mean, added


def _passes(column: FloatArray, tests: tuple[tuple[float, int, bool], ...]) -> Any:
    passed = np.ones(column.size, dtype=np.bool_)
    absent = np.isnan(column)
    for threshold, missing, wanted_left in tests:
        left = np.where(absent, bool(missing), column <= threshold)
        passed &= left == wanted_left
    return passed


def _shapley(shares: tuple[float, ...]) -> FloatArray:
    """Contributions of a leaf of value 1, for every pattern of agreement of its d features, (2^d, d).

    The leaf is worth the product over features of: agrees (0 or 1) when the feature is known, the share of customers
    who agree when it is not. Averaged over the orders in which features become known.
    """
    count = len(shares)
    patterns = (np.arange(2**count)[:, np.newaxis] >> np.arange(count)) & 1
    worth = np.zeros((2**count, count))
    for one in range(count):
        # Coefficients by number of known features, over the others: product of (share + agrees·z).
        ways = np.ones((2**count, 1))
        for other in (place for place in range(count) if place != one):
            grown = np.zeros((2**count, ways.shape[1] + 1))
            grown[:, :-1] += ways * shares[other]
            grown[:, 1:] += ways * patterns[:, other : other + 1]
            ways = grown
        sizes = [factorial(known) * factorial(count - known - 1) / factorial(count) for known in range(count)]
        worth[:, one] = (patterns[:, one] - shares[one]) * (ways @ np.array(sizes))
    return worth
