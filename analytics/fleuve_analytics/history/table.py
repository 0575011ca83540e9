"""One row per customer: how often, how recently, since when, and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting, UnreadablePurchases
from fleuve_analytics.history.engine import Engine, Purchases, open_purchases, run
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["DAYS", "PurchaseTable", "SplitTable", "purchase_table", "split_table"]

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}

# One pass over the purchases, one over the purchase days. The day is the unit of buying: two receipts of one day are
# one decision to buy. A day on which returns took back all that was bought is no purchase; a day of free goods is one.
QUERY = """
with purchase_day as (
    select {customer} as customer, cast({at} as date) as day, cast(sum({spend}) as double) as spend
    from {purchases}
    where {customer} is not null and cast({at} as date) between {since} and {holdout_end}
    group by 1, 2
    having sum({spend}) > 0 or min({spend}) >= 0
)
select customer,
       count(*) filter (where day <= {calibration_end}) - 1 as frequency,
       date_diff('day', min(day), max(day) filter (where day <= {calibration_end})) as recency_days,
       date_diff('day', min(day), {calibration_end}) as age_days,
       coalesce(sum(spend) filter (where day <= {calibration_end}), 0) as spend_total,
       coalesce(arg_min(spend, day), 0) as first_spend,
       min(day) as first_day,
       max(day) filter (where day <= {calibration_end}) as last_day,
       count(*) filter (where day > {calibration_end}) as holdout_frequency,
       coalesce(sum(spend) filter (where day > {calibration_end}), 0) as holdout_spend
from purchase_day
group by customer
having min(day) <= {calibration_end}
order by customer
"""


@dataclass(frozen=True, eq=False)
class PurchaseTable:
    """Histories of n customers until `until`, in customer order; every array has shape (n,).

    frequency: days with a purchase after the first one. recency: time from the first to the last purchase day. age:
    time from the first purchase day to `until`. Both in `unit`. mean_spend: mean spend of the repeat purchase days, NaN
    for those without. spend_total: all purchase days, the first included. first_day, last_day: datetime64[D].
    """

    customer: npt.NDArray[Any]
    frequency: IntArray
    recency: FloatArray
    age: FloatArray
    mean_spend: FloatArray
    spend_total: FloatArray
    first_day: npt.NDArray[np.datetime64]
    last_day: npt.NDArray[np.datetime64]
    unit: str
    until: date

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
        return (self.holdout_end - self.until).days / DAYS[self.unit]


def purchase_table(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    unit: str = "week",
    until: date,
    since: date | None = None,
    engine: Engine | None = None,
) -> PurchaseTable:
    """Summarise a list of purchases to one row per customer, in one query that scales to 100 million lines.

    Rules: purchases of one customer on one day are one purchase; a day on which returns (negative amounts) took back
    all that was bought is none, while a day of free goods is one; match returns of other days to their purchases first;
    lines without customer or date are left out. Times count whole days.

    purchases: a pandas data frame, pyarrow table or reader, DuckDB relation, or path(s) of Parquet files, one row per
    receipt or line. customer, at, spend: names of its columns; without spend, every amount counts as 1.
    unit: "day", "week" (7 days), "month" (365.25/12) or "year" (365.25). until: last day of the observation, included;
    since: its first day: earlier purchases are not looked at. engine: limits of threads, memory and temporary files.

    Raises `UnreadablePurchases`, `InvalidSetting`.

    >>> import pyarrow
    >>> lines = pyarrow.table({"who": ["A", "A", "B"], "day": [date(2024, 1, 1), date(2024, 1, 15), date(2024, 1, 8)]})
    >>> table = purchase_table(lines, customer="who", at="day", until=date(2024, 1, 29))
    >>> table.frequency.tolist(), table.recency.tolist(), table.age.tolist()
    ([1, 0], [2.0, 0.0], [4.0, 3.0])
    """
    columns = _summarise(purchases, customer, at, spend, (since, until, until), engine)
    return PurchaseTable(**_fields(columns, unit), unit=unit, until=until)


def split_table(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    unit: str = "week",
    calibration_end: date,
    holdout_end: date,
    since: date | None = None,
    engine: Engine | None = None,
) -> SplitTable:
    """As `purchase_table` until `calibration_end`, with what those customers bought from the next day to `holdout_end`.

    Customers first seen after `calibration_end` are left out: nothing could be predicted for them.
    """
    if holdout_end <= calibration_end:
        raise InvalidSetting("The hold-out must end after the calibration.", code="holdout_end")
    columns = _summarise(purchases, customer, at, spend, (since, calibration_end, holdout_end), engine)
    return SplitTable(
        **_fields(columns, unit),
        unit=unit,
        until=calibration_end,
        holdout_frequency=_whole(columns["holdout_frequency"]),
        holdout_spend=_real(columns["holdout_spend"]),
        holdout_end=holdout_end,
    )


def _summarise(
    purchases: Purchases,
    customer: str,
    at: str,
    spend: str | None,
    days: tuple[date | None, date, date],
    engine: Engine | None,
) -> dict[str, Any]:
    source, name = open_purchases(purchases, engine or Engine())
    since, calibration_end, holdout_end = days
    return run(
        source,
        QUERY.format(
            purchases=name,
            customer=_quoted(customer),
            at=_quoted(at),
            spend=_quoted(spend) if spend else "1",
            since=_day(since or date.min),
            calibration_end=_day(calibration_end),
            holdout_end=_day(holdout_end),
        ),
    )


def _fields(columns: dict[str, Any], unit: str) -> dict[str, Any]:
    if unit not in DAYS:
        raise InvalidSetting(f"The unit of time is one of {', '.join(DAYS)}, not {unit}.", code="unit")
    frequency = _whole(columns["frequency"])
    total, first = _real(columns["spend_total"]), _real(columns["first_spend"])
    if not np.isfinite(total).all():
        raise UnreadablePurchases("An amount is infinite or not a number. Correct it or leave it out.", code="amount")
    mean = np.full(len(total), np.nan)
    repeat = frequency > 0
    mean[repeat] = (total[repeat] - first[repeat]) / frequency[repeat]
    return {
        "customer": np.asarray(columns["customer"]),
        "frequency": frequency,
        "recency": _real(columns["recency_days"]) / DAYS[unit],
        "age": _real(columns["age_days"]) / DAYS[unit],
        "mean_spend": mean,
        "spend_total": total,
        "first_day": np.asarray(columns["first_day"]).astype("datetime64[D]"),
        "last_day": np.asarray(columns["last_day"]).astype("datetime64[D]"),
    }


def _whole(column: Any) -> IntArray:
    return np.asarray(column, dtype=np.int64)


def _real(column: Any) -> FloatArray:
    return np.asarray(column, dtype=np.float64)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _day(day: date) -> str:
    return f"date '{day.isoformat()}'"
