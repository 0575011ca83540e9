"""How repeat purchases added up over time: the line that a forecast is held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.history.asking import Question, days, whole
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.queries import CURVE, literal
from fleuve_analytics.history.reading import Columns
from fleuve_analytics.history.source import Purchases
from fleuve_analytics.history.units import Unit, days_of, last_of
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["RepeatCurve", "repeat_curve"]


@dataclass(frozen=True, eq=False)
class RepeatCurve:
    """Repeat purchases of all customers together, in k steps of one `unit` from `start`; every array has shape (k,).

    time: the end of each step, 1 to k. new_customers: how many came in it. repeats: purchase days in it that were
    nobody's first. cumulative_repeats: all of them until then. The last step may be cut short by `until`; `time` then
    tells so.
    """

    time: FloatArray
    new_customers: IntArray
    repeats: IntArray
    start: date
    until: date
    unit: Unit

    @property
    def cumulative_repeats(self) -> IntArray:
        """Repeat purchases from `start` to the end of each step."""
        return np.cumsum(self.repeats)


def repeat_curve(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    unit: Unit = "week",
    until: date,
    since: date | None = None,
    acquired_until: date | None = None,
    time_zone: str | None = None,
    engine: Engine | None = None,
) -> RepeatCurve:
    """Count repeat purchases by week (or another unit) since the start, for tracking plots.

    Steps start with `since`, or with the first purchase of all. Purchase days follow the rules of `purchase_table`.

    unit: length of a step, at least a day. acquired_until: only customers whose first purchase lies on or before this
    day, the cohort that a model was fitted on. The other arguments are those of `purchase_table`.

    Raises `UnreadablePurchases`, `InvalidSetting`.

    >>> import pyarrow
    >>> bought = [date(2024, 1, 1), date(2024, 1, 15), date(2024, 1, 8), date(2024, 1, 20)]
    >>> lines = pyarrow.table({"who": ["A", "A", "B", "B"], "day": bought})
    >>> curve = repeat_curve(lines, customer="who", at="day", until=date(2024, 1, 28))
    >>> curve.new_customers.tolist(), curve.cumulative_repeats.tolist()
    ([1, 1, 0, 0], [0, 0, 2, 2])
    """
    length = days_of(unit)
    last = last_of("until", until, "day")
    question = Question(purchases, Columns(customer, at, spend, time_zone), since, last, engine)
    acquired = last_of("acquired_until", acquired_until, "day") if acquired_until else last
    answer = question.ask(CURVE, acquired_until=literal(acquired))
    bought = days(answer["bought"])
    start: date = last_of("since", since, "day") if since else (bought[0].item() if len(bought) else last)
    return _in_steps(answer, bought, start, last, unit, length)


def _in_steps(
    answer: dict[str, Any],
    bought: npt.NDArray[np.datetime64],
    start: date,
    until: date,
    unit: Unit,
    length: float,
) -> RepeatCurve:
    seen = (until - start).days + 1
    steps = int(np.ceil(seen / length))
    # A day belongs to the step in which it ends, as ages do: day d has d + 1 days behind it.
    step = np.ceil(((bought - np.datetime64(start)).astype(np.int64) + 1) / length).astype(np.int64) - 1
    new, all_days = (whole(answer[name]) for name in ("newcomers", "purchases"))
    return RepeatCurve(
        time=np.minimum(np.arange(1.0, steps + 1), seen / length),
        new_customers=np.bincount(step, new, steps).astype(np.int64),
        repeats=np.bincount(step, all_days - new, steps).astype(np.int64),
        start=start,
        until=until,
        unit=unit,
    )
