"""What a living customer does at her next opportunities, under BG/BB: counts, discounted counts, waiting.

Letters: she buys with a Beta(A, B) chance and leaves before each opportunity with a Beta(G, D) chance, her own history
already in A, B and D. S(m) is the chance to be there for the m-th next opportunity.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.lifetime.survivals import discounted_survivals
from fleuve_analytics.numerics import FloatArray

__all__ = ["chance_of_count", "discounted_presence", "opportunities_until_share", "whole_horizon"]

# Weekly opportunities for two centuries: what has not come by then does not.
MOST_WAITING = 10_000


def whole_horizon(horizon: npt.ArrayLike) -> FloatArray:
    """The horizon as floats; `InvalidSetting` unless a whole number of opportunities, zero or more."""
    ahead = np.asarray(horizon, dtype=np.float64)
    if not np.isfinite(ahead).all() or (ahead < 0).any() or (ahead != np.floor(ahead)).any():
        raise InvalidSetting("The horizon must be a whole number of opportunities, zero or more.", code="horizon")
    return ahead


def chance_of_count(count: npt.ArrayLike, ahead: FloatArray, a: Any, b: Any, g: float, d: Any) -> FloatArray:
    """Chance that a living customer makes exactly `count` purchases at the next `ahead` opportunities.

    She is there for τ of them, for each τ from `count` on, and buys at `count` of these.
    """
    n, h, a, b, d = np.broadcast_arrays(*(np.asarray(part, np.float64) for part in (count, ahead, a, b, d)))
    possible = (n <= h) & (n == np.floor(n)) & (n >= 0)
    n = np.where(possible, n, 0.0)
    # What remains to be multiplied from τ = count on: orders of purchases, buying chances, chances to be there.
    first = np.exp(betaln(a + n, b) - betaln(a, b) + betaln(g, d + n) - betaln(g, d))
    term, total = first, np.zeros(n.shape)
    for later in range(int(np.max(np.where(possible, h - n, 0.0), initial=0.0)) + 1):
        there = n + later
        leaves = np.where(there < h, g / (g + d + there), 1.0)
        total = total + np.where(there <= h, term * leaves, 0.0)
        term = term * (there + 1) / (later + 1) * (b + later) / (a + b + there) * (d + there) / (g + d + there)
    return np.where(possible, total, 0.0)


def discounted_presence(discount_rate: npt.ArrayLike, horizon: npt.ArrayLike | None, g: float, d: Any) -> FloatArray:
    """Σ S(m)/(1 + rate)^m over the next `horizon` opportunities, or over all of them when it is None."""
    rate = np.asarray(discount_rate, dtype=np.float64)
    if not np.isfinite(rate).all() or (rate < 0).any() or (horizon is None and (rate == 0).any()):
        raise InvalidSetting(
            "The discount rate is per opportunity: zero or more, and above zero without a horizon.",
            code="discount_rate",
        )
    if horizon is None:
        # Hardly more distinct numbers of opportunities than there were opportunities.
        rate, d = np.broadcast_arrays(rate, np.asarray(d, np.float64))
        rows, place = np.unique(np.stack([rate.ravel(), d.ravel()]), axis=1, return_inverse=True)
        return discounted_survivals(rows[0], g, rows[1])[place.ravel()].reshape(d.shape)
    ahead, rate, d = np.broadcast_arrays(whole_horizon(horizon), rate, np.asarray(d, np.float64))
    term, total = np.ones(ahead.shape), np.zeros(ahead.shape)
    for m in range(int(ahead.max(initial=0.0))):
        term = term * (d + m) / ((g + d + m) * (1 + rate))
        total = total + np.where(m < ahead, term, 0.0)
    return total


def opportunities_until_share(share: npt.ArrayLike, alive: FloatArray, a: Any, b: Any, g: float, d: Any) -> FloatArray:
    """The first number of opportunities by which the chance of a purchase reaches `share`; infinite if none does."""
    wanted = np.asarray(share, dtype=np.float64)
    if not ((wanted > 0) & (wanted < 1)).all():
        raise InvalidSetting("The share must lie between 0 and 1, both excluded.", code="share")
    columns = np.broadcast_arrays(wanted, alive, *(np.asarray(part, np.float64) for part in (a, b, d)))
    rows, place = np.unique(np.stack([column.ravel() for column in columns]), axis=1, return_inverse=True)
    return _first_reached(rows, g)[place.ravel()].reshape(columns[0].shape)


def _first_reached(rows: FloatArray, g: float) -> FloatArray:
    """Live through one opportunity after the other with all who wait, until each reached her share or never will."""
    wanted, alive, a, b, d = rows
    until, silent, came = np.full(wanted.size, np.inf), alive.copy(), np.zeros(wanted.size)
    waiting = np.flatnonzero(alive >= wanted)
    for m in range(MOST_WAITING):
        a_now, b_now, d_now = a[waiting], b[waiting] + m, d[waiting] + m
        there = silent[waiting] * d_now / (g + d_now)
        came[waiting] += there * a_now / (a_now + b_now)
        silent[waiting] = there * b_now / (a_now + b_now)
        reached = came[waiting] >= wanted[waiting]
        until[waiting[reached]] = m + 1
        # Whoever is still there and silent is too few to fill what is missing.
        waiting = waiting[~reached & (came[waiting] + silent[waiting] >= wanted[waiting])]
        if not waiting.size:
            break
    return until
