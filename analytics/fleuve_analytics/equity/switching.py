"""Customers who switch between brands: what each is worth to each brand.

After each purchase the chances of the next brand depend on the last one. CLV_ij = Σ over t of (1+d)^(−t/f) · v·π · B_t,
with B_t = B_0·M^t the chances of each brand at the t-th purchase from now, M the switching matrix, f purchases a year,
d yearly interest, v volume and π margin of a purchase.
Reference: Rust, Lemon & Zeithaml (2004), "Return on Marketing: Using Customer Equity to Focus Marketing Strategy",
Journal of Marketing 68(1), equations 1 to 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["SwitchingMatrix", "switching_values"]


@dataclass(frozen=True)
class SwitchingMatrix:
    """Chances of the next brand (column) after the last one (row), one purchase at a time.

    Assumptions: only the last brand matters; chances stay as they are. Rows sum to 1; add a column "none" for those who
    give up the category.

    chances: brands × brands. Raises `InvalidSetting` (chances).

    >>> matrix = SwitchingMatrix(((0.7, 0.3), (0.5, 0.5)))
    >>> matrix.lifetime_values((1, 0), contribution=10, discount_rate=.10, purchases=3).round(6).tolist()
    [26.37115, 8.49737]
    >>> matrix.lifetime_values((1, 0), contribution=10, discount_rate=.10).round(6).tolist()
    [73.333333, 36.666667]
    """

    chances: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        matrix = _checked_matrices(np.asarray(self.chances, dtype=np.float64))
        if matrix.ndim != 2:
            raise InvalidSetting("A switching matrix has one row and one column per brand.", code="chances")
        object.__setattr__(self, "chances", tuple(tuple(row) for row in matrix.tolist()))

    def shares(self, start: npt.ArrayLike, purchases: int) -> FloatArray:
        """Chances of each brand (columns) at purchase 0, 1, …, `purchases` (rows), from those of the last purchase."""
        rows = [_checked_start(start, len(self.chances))]
        for _ in range(purchases):
            rows.append(rows[-1] @ np.array(self.chances))
        return np.array(rows)

    def steady_shares(self) -> FloatArray:
        """Shares of the brands in the long run; `InvalidSetting` when they depend on where one starts."""
        matrix = np.array(self.chances)
        size = len(matrix)
        system = np.vstack([matrix.T - np.eye(size), np.ones(size)])
        if np.linalg.matrix_rank(system) < size:
            raise InvalidSetting("Some brands are never left for others: shares depend on the start.", code="chances")
        shares = np.linalg.lstsq(system, np.append(np.zeros(size), 1.0))[0]
        return np.asarray(shares, dtype=np.float64)

    def lifetime_values(
        self,
        start: npt.ArrayLike,
        contribution: npt.ArrayLike,
        *,
        discount_rate: float,
        purchases_per_year: float = 1.0,
        purchases: int | None = None,
        years: float | None = None,
    ) -> FloatArray:
        """What a customer is worth to each brand; arguments as in `switching_values`, for one customer."""
        now = _checked_start(start, len(self.chances))
        money = np.broadcast_to(np.asarray(contribution, dtype=np.float64), now.shape)
        values = switching_values(
            np.array(self.chances)[np.newaxis],
            now[np.newaxis],
            money[np.newaxis],
            discount_rate=discount_rate,
            purchases_per_year=purchases_per_year,
            purchases=purchases,
            years=years,
        )
        return np.asarray(values[0], dtype=np.float64)


def switching_values(
    matrices: npt.ArrayLike,
    start: npt.ArrayLike,
    contribution: npt.ArrayLike,
    *,
    discount_rate: float,
    purchases_per_year: npt.ArrayLike = 1.0,
    purchases: int | None = None,
    years: float | None = None,
) -> FloatArray:
    """What each customer is worth to each brand (customers × brands), the purchase of today included.

    matrices: switching matrices, customers × brands × brands; start: chances of each brand at the purchase of today,
    customers × brands (1 for the brand bought); contribution: volume × margin of a purchase, per customer and brand or
    fewer (shapes broadcast to customers × brands); discount_rate: yearly interest, above zero without a horizon;
    purchases_per_year: one or one per customer; purchases: how many to count after today's, or years: those of so many
    years; all by default.

    Raises `InvalidSetting`.
    """
    chances = _checked_matrices(np.asarray(matrices, dtype=np.float64))
    now = np.asarray(start, dtype=np.float64)
    money = np.asarray(contribution, dtype=np.float64)
    often = np.asarray(purchases_per_year, dtype=np.float64)
    if not (np.isfinite(often) & (often > 0)).all() or not np.isfinite(money).all():
        raise InvalidSetting("Contributions are numbers, purchases a year numbers above zero.", code="frequency")
    if not (np.isfinite(discount_rate) and discount_rate >= 0) or (
        purchases is None and years is None and discount_rate == 0
    ):
        raise InvalidSetting(
            "The discount rate must be zero or more; above zero when no horizon ends the sum.",
            code="discount_rate",
        )
    keep = np.broadcast_to(np.exp(-np.log1p(discount_rate) / often), now.shape[:1])
    if purchases is None and years is None:
        system = np.eye(now.shape[-1]) - keep[:, np.newaxis, np.newaxis] * np.swapaxes(chances, -1, -2)
        return np.asarray(money * np.linalg.solve(system, now[..., np.newaxis])[..., 0], dtype=np.float64)
    last = _last_purchase(purchases, years, np.broadcast_to(often, keep.shape))
    total, share = np.zeros(now.shape), now
    for number in range(int(last.max(initial=-1)) + 1):
        worth = np.where(number <= last, keep**number, 0.0)
        total = total + worth[:, np.newaxis] * share
        share = np.einsum("ni,nij->nj", share, chances)
    return np.asarray(money * total, dtype=np.float64)


def _last_purchase(purchases: int | None, years: float | None, often: FloatArray) -> FloatArray:
    """The number of the last purchase that counts, for each customer; today's is number 0."""
    if purchases is not None and years is not None:
        raise InvalidSetting("Count a number of purchases or a number of years, not both.", code="horizon")
    if (purchases if purchases is not None else years or 0) < 0:
        raise InvalidSetting("A horizon is zero or more.", code="horizon")
    if years is None:
        return np.full(often.shape, float(purchases or 0))
    # Twelve purchases a year for a third of a year are four: rounding must not make them three.
    return np.floor(often * years + 1e-9)


def _checked_matrices(chances: FloatArray) -> FloatArray:
    square = chances.ndim >= 2 and chances.shape[-1] == chances.shape[-2]
    if not square or not np.isfinite(chances).all() or (chances < 0).any():
        raise InvalidSetting("A switching matrix has one row and one column per brand, of chances.", code="chances")
    if (np.abs(chances.sum(axis=-1) - 1) > 1e-6).any():
        raise InvalidSetting(
            "The chances after each brand must add up to 1. Add a brand 'none' for those who leave.", code="chances"
        )
    return chances


def _checked_start(start: npt.ArrayLike, brands: int) -> FloatArray:
    now = np.asarray(start, dtype=np.float64)
    if now.shape != (brands,) or not np.isfinite(now).all():
        raise InvalidSetting("Give a chance for each brand at the purchase of today.", code="start")
    return now
