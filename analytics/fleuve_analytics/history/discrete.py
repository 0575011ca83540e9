"""Histories in rounds: of the periods since a customer came, in how many there was a purchase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.history.asking import Question, days, whole
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.periods import Period, every_period, is_complete, period_of, periods_between
from fleuve_analytics.history.queries import ROUNDS
from fleuve_analytics.history.reading import Columns
from fleuve_analytics.history.source import Purchases
from fleuve_analytics.history.units import last_of
from fleuve_analytics.numerics import IntArray

__all__ = ["DiscreteTable", "discrete_table"]


@dataclass(frozen=True, eq=False)
class DiscreteTable:
    """Histories of n customers in whole periods, in customer order; every array has shape (n,).

    frequency: periods with a purchase after the first one (x). recency: number of the last such period, counted from
    the first, 0 without any (t_x). opportunities: periods from the first, not included, to `until` (n). first_period:
    first day of the period of the first purchase, the acquisition.
    """

    customer: npt.NDArray[Any]
    frequency: IntArray
    recency: IntArray
    opportunities: IntArray
    first_period: npt.NDArray[np.datetime64]
    period: Period
    until: date

    def __len__(self) -> int:
        return len(self.customer)


def discrete_table(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    period: Period = "month",
    until: date,
    since: date | None = None,
    time_zone: str | None = None,
    engine: Engine | None = None,
) -> DiscreteTable:
    """Summarise a list of purchases to the figures of models in discrete time, such as BG/BB.

    A period is an opportunity that is taken or not, however often; the period of the first purchase is the acquisition
    and none. Only whole periods count: when `until` lies in the middle of one, the table ends with the one before.
    Purchase days follow the rules of `purchase_table`; spend serves to find days on which all was taken back.

    period: "day", "week", "month", "quarter" or "year". The other arguments are those of `purchase_table`.

    Raises `UnreadablePurchases`, `InvalidSetting`.

    Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual Setting", section 2.

    >>> import pyarrow
    >>> days = [date(2021, 3, 1), date(2022, 5, 9), date(2022, 8, 9), date(2024, 2, 29), date(2023, 7, 7)]
    >>> gifts = pyarrow.table({"donor": ["A", "A", "A", "A", "B"], "day": days})
    >>> table = discrete_table(gifts, customer="donor", at="day", period="year", until=date(2024, 12, 31))
    >>> table.frequency.tolist(), table.recency.tolist(), table.opportunities.tolist()
    ([2, 0], [3, 0], [3, 1])
    """
    period_of(until, period)
    end = _last_whole(last_of("until", until, "day"), period)
    question = Question(purchases, Columns(customer, at, spend, time_zone), since, end, engine)
    answer = question.ask(ROUNDS, period=period)
    first, last = days(answer["first_period"]), days(answer["last_period"])
    return DiscreteTable(
        customer=np.asarray(answer["customer"]),
        frequency=whole(answer["periods"]) - 1,
        recency=periods_between(first, last, period),
        opportunities=periods_between(first, np.datetime64(end), period),
        first_period=first,
        period=period,
        until=end,
    )


def _last_whole(until: date, period: Period) -> date:
    """The last day on or before this one on which a period ends."""
    if is_complete(until, period):
        return until
    start: date = every_period(until, until, period)[0].item()
    return start - timedelta(days=1)
