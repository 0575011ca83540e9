"""Kinds of rhythm: how much a customer's gaps vary, and how long they are.

Purchases are kept by the day, so that the bursts of one day are one purchase: gaps are not quite what the model of the
crowd takes them for, least of all those of customers who buy in bursts. The promise on false alarms is therefore set
for each kind apart, and it shows for which kind it was hardest to keep.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from fleuve_analytics.churn import GapTable

__all__ = ["CLASSES", "class_of"]

# Standard deviation of a customer's gaps over their mean: 1 is buying at random moments.
_VARIES: Final = ((0.6, "regular"), (1.1, "random"), (float("inf"), "clumpy"))
_PACES: Final = ((14.0, "14"), (45.0, "45"), (float("inf"), "more"))
CLASSES: Final = tuple(f"{shape}_{pace}" for _most, shape in _VARIES for _until, pace in _PACES)


def class_of(table: GapTable) -> npt.NDArray[np.intp]:
    """The kind of each customer's rhythm as a place in ``CLASSES``; everybody has a gap."""
    start = table.gaps.start[:-1]
    counts = np.diff(table.gaps.start)
    mean = np.add.reduceat(table.gaps.value, start) / counts
    square = np.add.reduceat(table.gaps.value**2, start) / counts
    varies = np.sqrt(np.maximum(square - mean**2, 0.0)) / mean
    shape = np.digitize(varies, [most for most, _name in _VARIES[:-1]], right=True)
    pace = np.digitize(mean, [most for most, _name in _PACES[:-1]], right=True)
    return np.asarray(shape * len(_PACES) + pace, dtype=np.intp)
