"""Value × loyalty: four groups that ask for four policies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["QUADRANTS", "Quadrants", "quadrants"]

# By 2·(high value) + (high loyalty). The names are the paper's, for analysts; only the policy is kept about a person.
QUADRANTS = ("strangers", "barnacles", "butterflies", "true friends")
POLICIES = ("leave alone", "serve at lower cost", "win while they are here", "keep and grow")


@dataclass(frozen=True, eq=False)
class Quadrants:
    """Customers by value and loyalty.

    place: 0 to 3 per customer, shape (n,): low-low, low value with high loyalty, high value with low loyalty,
    high-high (`QUADRANTS`). customers, value: number and sum of value in each of the four. value_threshold,
    loyalty_threshold: "high" means at least this much.
    """

    place: IntArray
    customers: IntArray
    value: FloatArray
    value_threshold: float
    loyalty_threshold: float

    @property
    def policy(self) -> tuple[str, ...]:
        """What each customer's group asks for, in words that may be kept beside a name."""
        return tuple(POLICIES[place] for place in self.place)


def quadrants(
    value: npt.ArrayLike,
    loyalty: npt.ArrayLike,
    *,
    value_threshold: float | None = None,
    loyalty_threshold: float | None = None,
) -> Quadrants:
    """Cross the value of customers with how long or how surely they stay.

    value: money per customer (expected or past), shape (n,). loyalty: chance of being a customer, expected length of
    relationship or tenure. Thresholds that are not given are read off the data: for value, the customers who together
    bring half of all value, richest first, are high (equal share of value; losses count as zero); for loyalty, the
    median. Equal figures always fall on one side.

    Raises `InvalidSetting`, `NotEnoughData`.
    Reference: Reinartz & Kumar (2002), "The Mismanagement of Customer Loyalty", Harvard Business Review 80(7).

    >>> found = quadrants([100, 40, 30, 10], [0.9, 0.2, 0.8, 0.1])
    >>> [QUADRANTS[place] for place in found.place]
    ['true friends', 'strangers', 'barnacles', 'strangers']
    """
    worth, staying = (np.asarray(part, dtype=np.float64).ravel() for part in (value, loyalty))
    if worth.size != staying.size:
        raise InvalidSetting("One value and one loyalty per customer are needed.", code="loyalty")
    if worth.size == 0:
        raise NotEnoughData("There is no customer to place. Load purchases first.", code="empty")
    if not (np.isfinite(worth).all() and np.isfinite(staying).all()):
        raise InvalidSetting("A value or a loyalty is missing. Leave out those customers.", code="value")
    high = _half_of_value(worth) if value_threshold is None else float(value_threshold)
    long = float(np.median(staying)) if loyalty_threshold is None else float(loyalty_threshold)
    place = (2 * (worth >= high) + (staying >= long)).astype(np.int64)
    return Quadrants(
        place=place,
        customers=np.bincount(place, minlength=4).astype(np.int64),
        value=np.bincount(place, weights=worth, minlength=4).astype(np.float64),
        value_threshold=high,
        loyalty_threshold=long,
    )


def _half_of_value(worth: FloatArray) -> float:
    """The value of the last customer needed, richest first, to bring half of what all bring."""
    gains = np.sort(np.maximum(worth, 0.0))[::-1]
    if gains[0] == 0:
        raise NotEnoughData(
            "Nobody has a value above zero, so nothing can be shared. Give value_threshold.", code="no_value"
        )
    running = np.cumsum(gains)
    return float(gains[np.searchsorted(running, running[-1] / 2)])
