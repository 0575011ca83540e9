"""Did a campaign pay? Only against people who were left alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fleuve_analytics.equity.ranges import Range
from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.shares import share_interval

__all__ = ["CampaignResult", "break_even_response", "campaign_result"]


@dataclass(frozen=True)
class CampaignResult:
    """gross: as if every order came from the campaign. extra_orders, net: what it added, as ranges.

    break_even: the extra response that would have paid for the contacts.
    """

    gross: float
    extra_response: Range
    extra_orders: Range
    net: Range
    break_even: float


def break_even_response(contact_cost: float, margin: float) -> float:
    """The response that pays for its contacts: cost of a contact / margin of a response.

    >>> break_even_response(contact_cost=1, margin=20)
    0.05
    """
    if not (contact_cost >= 0 and margin > 0):
        raise InvalidSetting("The cost must be zero or more, the margin above zero.", code="margin")
    return contact_cost / margin


def campaign_result(
    *,
    contacted: float,
    orders: float,
    control: float,
    control_orders: float,
    contact_cost: float,
    margin: float,
    fixed_cost: float = 0.0,
    level: float = 0.95,
) -> CampaignResult:
    """What a campaign brought beyond what would have come anyway, with the doubt that the control group leaves.

    Assumptions: who was contacted and who was left alone was decided by lot; one order a person at most counts; a
    response is worth the same in both groups.

    contacted, control: people in each group; orders, control_orders: those who ordered; contact_cost: per person
    contacted; margin: per response; fixed_cost: of the campaign as a whole. level: of the ranges.

    The range of the extra response is Newcombe's hybrid of two Wilson intervals, which stays honest for small shares.
    Reference: Newcombe (1998), "Interval Estimation for the Difference Between Independent Proportions", Statistics in
    Medicine 17, method 10.

    >>> result = campaign_result(
    ...     contacted=10_000, orders=600, control=10_000, control_orders=500, contact_cost=1, margin=20
    ... )
    >>> result.gross, round(result.extra_orders.likely), round(result.net.likely)
    (2000.0, 100, -8000)
    """
    if not (0 <= orders <= contacted and 0 <= control_orders <= control and contacted > 0 and control > 0):
        raise InvalidSetting("Orders cannot exceed people, and both groups need people in them.", code="volumes")
    cost = contact_cost * contacted + fixed_cost
    extra = _difference(orders, contacted, control_orders, control, level)
    many = Range(*(share * contacted for share in (extra.low, extra.likely, extra.high)))
    net = sorted(count * margin - cost for count in (many.low, many.likely, many.high))
    return CampaignResult(
        gross=float(orders * margin - cost),
        extra_response=extra,
        extra_orders=many,
        net=Range(*net),
        break_even=break_even_response(cost / contacted, margin),
    )


def _difference(hits: float, of: float, other_hits: float, other_of: float, level: float) -> Range:
    share, other = hits / of, other_hits / other_of
    (low, high), (other_low, other_high) = (_wilson(*pair, level) for pair in ((hits, of), (other_hits, other_of)))
    down, up = math.hypot(share - low, other_high - other), math.hypot(high - share, other - other_low)
    likely = share - other
    return Range(likely - down, likely, likely + up)


def _wilson(hits: float, of: float, level: float) -> tuple[float, float]:
    low, high = share_interval(np.array([hits]), np.array([of]), level)
    return float(low[0]), float(high[0])
