"""Splits that do not leak: a customer, and rows that are copies of one another, are on one side only."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["fold_of_row", "kept_together", "twins"]


def kept_together(features: FloatArray, groups: npt.ArrayLike | None) -> IntArray:
    """The number of the group that each row belongs to: that of `groups`, else one per distinct row of features.

    Two rows with equal features may be one customer twice, or a copy made by resampling; a model that has seen one
    knows the other's outcome. Where equal rows are different customers by nature (few features, whole numbers), pass
    the customers as groups.
    """
    if groups is None:
        names: Any = np.unique(features, axis=0, return_inverse=True, equal_nan=True)[1]
        return np.asarray(names, dtype=np.int64).ravel()
    named = np.asarray(groups).ravel()
    if named.size != len(features):
        raise InvalidSetting("One group (customer) per row is needed.", code="groups")
    return np.asarray(np.unique(named, return_inverse=True)[1], dtype=np.int64).ravel()


def twins(features: FloatArray) -> int:
    """Rows that are an exact copy of an earlier one."""
    return len(features) - len(np.unique(features, axis=0, equal_nan=True))


def fold_of_row(group: IntArray, happened: FloatArray, folds: int, rng: np.random.Generator | None = None) -> IntArray:
    """The fold of each row, 0 to folds − 1: whole groups, those with and without churn spread evenly.

    With `rng`, groups are dealt out in random order; without, in the order of their numbers.
    """
    if folds < 2:
        raise InvalidSetting(f"At least two folds are needed, not {folds}.", code="folds")
    count = int(group.max()) + 1
    leaves = np.bincount(group, weights=happened, minlength=count) > 0
    if min(int(leaves.sum()), int((~leaves).sum())) < folds:
        raise NotEnoughData(
            f"{folds} folds need as many customers who left, and as many who stayed. Use fewer folds, a longer window "
            "or more customers.",
            code="few_churners",
        )
    order = np.arange(count) if rng is None else rng.permutation(count)
    order = order[np.argsort(leaves[order], kind="stable")]
    fold = np.empty(count, dtype=np.int64)
    fold[order] = np.arange(count) % folds
    return np.asarray(fold[group], dtype=np.int64)
