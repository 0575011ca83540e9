"""One row per customer: how often, how recently, since when, and for how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.history.asking import Question, days, real, whole
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.queries import histories, literal
from fleuve_analytics.history.reading import Columns
from fleuve_analytics.history.source import Purchases
from fleuve_analytics.history.units import Unit, days_of, is_hourly, last_of
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["PurchaseTable", "SplitTable", "purchase_table", "split_table"]


@dataclass(frozen=True, eq=False)
class PurchaseTable:
    """Histories of n customers until `until`, in customer order; every array has shape (n,).

    frequency: days with a purchase after the first one. recency: time from the first to the last purchase day. age:
    time from the first purchase day to `until`. Both in `unit`. mean_spend: mean spend of the repeat purchase days, NaN
    for those without. spend_total: all purchase days, the first included. first_day, last_day: datetime64[D]. With the
    unit "hour", hours take the place of days and datetime64[h] that of datetime64[D]. log_gaps: sum of the natural
    logarithms of the times between neighbouring purchase days, in `unit`, 0 for those with one; None unless asked for.
    """

    customer: npt.NDArray[Any]
    frequency: IntArray
    recency: FloatArray
    age: FloatArray
    mean_spend: FloatArray
    spend_total: FloatArray
    first_day: npt.NDArray[np.datetime64]
    last_day: npt.NDArray[np.datetime64]
    unit: Unit
    until: date
    log_gaps: FloatArray | None = field(default=None, kw_only=True)

    def __len__(self) -> int:
        return len(self.customer)


@dataclass(frozen=True, eq=False)
class SplitTable(PurchaseTable):
    """Histories until `until`, and what the same customers did after it, until `holdout_end`.

    holdout_frequency: purchase days after `until`; holdout_spend: their spend. horizon: length of the hold-out in
    `unit`.
    """

    holdout_frequency: IntArray
    holdout_spend: FloatArray
    holdout_end: date

    @property
    def horizon(self) -> float:
        """Length of the hold-out in `unit`."""
        length = self.holdout_end - self.until
        return (length.days + length.seconds / 86_400) / days_of(self.unit)


def purchase_table(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    unit: Unit = "week",
    until: date,
    since: date | None = None,
    time_zone: str | None = None,
    gaps: bool = False,
    engine: Engine | None = None,
) -> PurchaseTable:
    """Summarise a list of purchases to one row per customer, in one query that scales to 100 million lines.

    Rules: purchases of one customer on one day are one purchase; a day on which returns (negative amounts) took back
    all that was bought is none, while a day of free goods is one; match returns of other days to their purchases first;
    lines without customer, date or amount are left out. Times count whole days.

    purchases: a pandas, polars or Spark data frame, an Arrow table, reader or dataset, a DuckDB relation, or path(s) of
    Parquet files, one row per receipt or line. customer, at, spend: names of its columns; without spend, every line
    counts as 1. unit: "day", "week" (7 days), "month" (365.25/12), "year" (365.25), a number of days, or "hour", which
    takes a column of timestamps and makes the hour the unit of buying. until: last day of the observation, included;
    since: its first day: earlier purchases are not looked at. time_zone: whose clocks say on which day a timestamp with
    zone fell, UTC unless told; timestamps without zone are taken as written. gaps: whether `log_gaps` is wanted, which
    sorts every history and takes a third longer. engine: limits of threads, memory and temporary files.

    Raises `UnreadablePurchases`, `InvalidSetting`.

    >>> import pyarrow
    >>> lines = pyarrow.table({"who": ["A", "A", "B"], "day": [date(2024, 1, 1), date(2024, 1, 15), date(2024, 1, 8)]})
    >>> table = purchase_table(lines, customer="who", at="day", until=date(2024, 1, 29))
    >>> table.frequency.tolist(), table.recency.tolist(), table.age.tolist()
    ([1, 0], [2.0, 0.0], [4.0, 3.0])
    """
    days_of(unit)
    question = Question(
        purchases, Columns(customer, at, spend, time_zone), since, last_of("until", until, unit), engine
    )
    answer = question.ask(histories(is_split=False, with_gaps=gaps), step=_step(unit))
    return PurchaseTable(**_fields(answer, unit, question.until))


def split_table(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    unit: Unit = "week",
    calibration_end: date,
    holdout_end: date,
    since: date | None = None,
    time_zone: str | None = None,
    gaps: bool = False,
    engine: Engine | None = None,
) -> SplitTable:
    """As `purchase_table` until `calibration_end`, with what those customers bought from the next day to `holdout_end`.

    Customers first seen after `calibration_end` are left out: nothing could be predicted for them.

    >>> import pyarrow
    >>> lines = pyarrow.table({"who": ["A", "A", "B"], "day": [date(2024, 1, 1), date(2024, 1, 15), date(2024, 1, 8)]})
    >>> ends = {"calibration_end": date(2024, 1, 7), "holdout_end": date(2024, 1, 29)}
    >>> halves = split_table(lines, customer="who", at="day", unit="day", **ends)
    >>> halves.customer.tolist(), halves.age.tolist(), halves.holdout_frequency.tolist(), halves.horizon
    (['A'], [6.0], [1], 22.0)
    """
    days_of(unit)
    split, end = last_of("calibration_end", calibration_end, unit), last_of("holdout_end", holdout_end, unit)
    if end <= split:
        raise InvalidSetting("The hold-out must end after the calibration.", code="holdout_end")
    question = Question(purchases, Columns(customer, at, spend, time_zone), since, end, engine)
    answer = question.ask(histories(is_split=True, with_gaps=gaps), step=_step(unit), split=literal(split))
    return SplitTable(
        **_fields(answer, unit, split),
        holdout_frequency=whole(answer["holdout_days"]),
        holdout_spend=real(answer["holdout_spend"]),
        holdout_end=end,
    )


def _step(unit: Unit) -> str:
    return "hour" if is_hourly(unit) else "day"


def _fields(answer: dict[str, Any], unit: Unit, until: date) -> dict[str, Any]:
    step, length = ("h", 1.0) if is_hourly(unit) else ("D", days_of(unit))
    first, last = days(answer["first_bought"], step), days(answer["last_bought"], step)
    frequency = whole(answer["days"]) - 1
    total, first_spend = real(answer["spend"]), real(answer["first_spend"])
    mean = np.full(len(total), np.nan)
    np.divide(total - first_spend, frequency, out=mean, where=frequency > 0)
    return {
        "customer": np.asarray(answer["customer"]),
        "frequency": frequency,
        "recency": (last - first).astype(np.float64) / length,
        "age": (np.datetime64(until).astype(first.dtype) - first).astype(np.float64) / length,
        "mean_spend": mean,
        "spend_total": total,
        "first_day": first,
        "last_day": last,
        "unit": unit,
        "until": until,
        "log_gaps": real(answer["log_gaps"]) - frequency * np.log(length) if "log_gaps" in answer else None,
    }
