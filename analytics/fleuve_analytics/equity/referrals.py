"""What a customer is worth for those whom she brings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting

__all__ = ["referral_value"]


def referral_value(
    *,
    margin: npt.ArrayLike,
    referral_cost: npt.ArrayLike,
    marketing_cost: npt.ArrayLike,
    saved: npt.ArrayLike,
    needed_referral: npt.ArrayLike,
    period: npt.ArrayLike = 0,
    discount_rate: float = 0.0,
) -> float:
    """Customer referral value: margins of those who came only because of her, and what the others saved in winning.

    Σ (1+d)^(−period) · [needed: margin − referral_cost − marketing_cost + saved; otherwise: saved]

    Assumptions: for each person referred it is known whether she would have come anyway; if so, only the cost of
    winning her is saved. Whom the referred refer in turn is theirs.

    One entry per person referred and period in which she counts, shapes broadcast. margin: of her purchases;
    referral_cost: rewards paid for referring; marketing_cost: of keeping her; saved: acquisition cost that the referral
    spared (count it once per person); needed_referral: whether she would not have come otherwise; period: how many
    periods from now; discount_rate: interest per period.

    Reference: Kumar, Petersen & Leone (2010), "Driving Profitability by Encouraging Customer Referrals: Who, When, and
    How", Journal of Marketing 74(5).

    >>> referral_value(
    ...     margin=[100, 100, 100],
    ...     referral_cost=[10, 10, 10],
    ...     marketing_cost=[5, 5, 5],
    ...     saved=20,
    ...     needed_referral=[True, True, False],
    ... )
    230.0
    """
    sums = [np.asarray(part, dtype=np.float64) for part in (margin, referral_cost, marketing_cost, saved, period)]
    if not all(np.isfinite(part).all() for part in sums) or not (np.isfinite(discount_rate) and discount_rate > -1):
        raise InvalidSetting("Margins, costs, periods and the discount rate must be numbers.", code="not_finite")
    earned, reward, kept, spared, when = sums
    needed = np.asarray(needed_referral, dtype=np.bool_)
    worth = np.where(needed, earned - reward - kept + spared, spared)
    return float(np.sum(worth * np.exp(-when * np.log1p(discount_rate))))
