"""People gathered in narrow cells of spend, so that a search asks ten million of them no longer than a thousand.

Of a person's total S, the likelihood wants ln(1 + γ/S), ln(1 + S/γ) and their slopes only. These are smooth functions
of ln S − ln γ: over a cell of ln S a sixteenth wide, a polynomial of degree five through Chebyshev's six points misses
them by at most h⁶·max|f⁽⁶⁾|/(2⁵·6!) with h = 1/32, which is 1.7e-14, whatever γ. So six points stand for the people of
a cell, weighted to have the same moments up to the fifth: one pass over people, no sorting.

Reference: Davis (1963), "Interpolation and Approximation" (the remainder at Chebyshev's points).
"""

from __future__ import annotations

import numpy as np

from fleuve_analytics.numerics import FloatArray

__all__ = ["Moments", "exact_terms"]

CELLS_PER_UNIT = 16
POINTS = 6
# Where the points lie in a cell that runs from −1 to 1, and what turns moments into their weights.
NODES = np.cos((2 * np.arange(POINTS) + 1) * np.pi / (2 * POINTS))
FROM_MOMENTS = np.linalg.inv(np.vander(NODES, increasing=True).T)


class Moments:
    """People by cell of ln S: their sums of weights and of weights times purchases, plain and with powers of ln S.

    The sums are exact, so that the order of people cannot matter.
    """

    def __init__(self, people: float, purchases: float) -> None:
        """Sums of weights, and of weights times purchases, that those who will be added do not exceed."""
        self._grains = _grain(people), _grain(purchases)
        self._first = 0
        self._sums = np.zeros((2, POINTS, 0))

    def add(self, x: FloatArray, mean_spend: FloatArray, weight: FloatArray) -> None:
        """Add people who made x > 0 repeat purchases of a mean spend; best some thousands at a time."""
        place = (np.log(x) + np.log(mean_spend)) * CELLS_PER_UNIT
        floor = np.floor(place)
        offset = 2 * (place - floor) - 1
        first, last = int(floor.min()), int(floor.max())
        index = (floor - first).astype(np.int64)
        rounded = np.empty(x.size)
        for sums, grain, term in zip(self._cells(first, last), self._grains, (weight.copy(), weight * x), strict=True):
            for row in sums:
                np.add(term, grain, out=rounded)
                rounded -= grain
                row += np.bincount(index, rounded)
                term *= offset

    def points(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Points of ln S that stand for everybody: where they lie, their weights, and their weights times purchases.

        A few of these weights are slightly negative.
        """
        found = np.flatnonzero(self._sums[1, 0])
        places = (self._first + found[:, np.newaxis] + (1 + NODES) / 2) / CELLS_PER_UNIT
        people, purchases = ((FROM_MOMENTS @ sums[:, found]).T.ravel() for sums in self._sums)
        return places.ravel(), people, purchases

    def _cells(self, first: int, last: int) -> FloatArray:
        """The sums of neighbouring cells, with room made for those not met before."""
        size = self._sums.shape[2]
        self._first = self._first if size else first
        below, above = max(self._first - first, 0), max(last + 1 - self._first - size, 0)
        if below or above:
            self._sums = np.pad(self._sums, ((0, 0), (0, 0), (below, above)))
            self._first -= below
        return self._sums[:, :, first - self._first : last + 1 - self._first]


def exact_terms(terms: FloatArray, total: float) -> FloatArray:
    """Terms rounded to multiples of some 2^-51 of a total that their sizes do not exceed.

    Any sum of such numbers is exact, hence the same in every order. Whole numbers stay as they are.
    """
    return terms + _grain(total) - _grain(total)


def _grain(total: float) -> float:
    """What, added to a number and taken away again, leaves a multiple of some 2^-51 of a total not exceeded.

    Totals are seldom a tenth below a power of two; shares add up to just one, and on which side, their order decides.
    """
    return float(np.ldexp(3.0, np.frexp(1.1 * total)[1]))
