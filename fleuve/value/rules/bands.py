"""Bands of what customers actually brought in twelve months: five at most, with one set of limits for a series."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["bands_of", "limits_of"]

# Top 5 %, next 15 %, next 30 %, next 30 %, the rest: the shape of a customer pyramid.
_SHARES: Final = (0.95, 0.80, 0.50, 0.20)
_ROUND: Final = (1, 2, 5, 10)


def limits_of(money_12: npt.ArrayLike) -> tuple[int, ...]:
    """Lower limits of the bands but the last, highest first, rounded to 1, 2 or 5 so that people can remember them."""
    money = np.asarray(money_12, dtype=np.float64)
    money = money[money > 0]
    if not money.size:
        return ()
    found = (_rounded(float(np.quantile(money, share))) for share in _SHARES)
    return tuple(sorted({limit for limit in found if limit > 0}, reverse=True))


def bands_of(money_12: npt.ArrayLike, limits: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """1 for the best band, counting down; 0 for customers who brought nothing in twelve months."""
    money = np.asarray(money_12)
    rising = np.asarray(limits[::-1], dtype=np.float64)
    band = len(limits) + 1 - np.searchsorted(rising, money, side="right")
    return np.asarray(np.where(money > 0, band, 0), dtype=np.int64)


def _rounded(amount: float) -> int:
    if amount < 1:
        return 0
    power = 10 ** int(np.floor(np.log10(amount)))
    nearest = min(_ROUND, key=lambda digit: abs(np.log(amount / (digit * power))))
    return int(nearest * power)
