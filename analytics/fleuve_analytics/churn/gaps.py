"""Each customer's gaps between purchase days, one after the other, and the silence since the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidHistory, InvalidSetting, NotEnoughData
from fleuve_analytics.history.engine import Engine
from fleuve_analytics.history.reading import Columns, lines_of, open_source
from fleuve_analytics.history.source import Purchases
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["GapTable", "Runs", "gap_table"]

QUERY = """
select customer, date_diff('day', bought, {until}) as ago, sum(spend) as spend
from {lines}
where customer is not null and bought <= {until}
group by customer, bought
having sum(spend) > 0 or min(spend) >= 0
order by customer, ago desc
"""


@dataclass(frozen=True, eq=False)
class Runs:
    """m figures of n customers in one array, customer after customer, and sums over parts of a customer's.

    value: (m,); start: (n + 1,), where each customer's figures begin (and the last one's end).
    """

    value: FloatArray
    start: IntArray

    @property
    def owner(self) -> IntArray:
        """The customer of each figure."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start))

    @property
    def place(self) -> IntArray:
        """How many figures of the same customer come before each."""
        return np.arange(self.value.size) - self.start[:-1][self.owner]

    def running(self, values: FloatArray) -> FloatArray:
        """Sums with a leading zero: the sum over figures i to j − 1 is the difference of places j and i."""
        return np.concatenate([[0.0], np.cumsum(values)])


@dataclass(frozen=True, eq=False)
class GapTable:
    """Rhythm of n customers in days.

    customer: (n,). gaps: the gaps between purchase days. silence: (n,), days since the last one. spends: of the
    purchase days, one more than gaps for each customer.
    """

    customer: npt.NDArray[Any]
    gaps: Runs
    silence: FloatArray
    spends: Runs

    def __len__(self) -> int:
        return len(self.customer)

    @classmethod
    def of(
        cls,
        customer: npt.ArrayLike,
        gaps: npt.ArrayLike,
        counts: npt.ArrayLike,
        silence: npt.ArrayLike,
        spends: npt.ArrayLike | None = None,
    ) -> GapTable:
        """From arrays: all gaps, customer after customer; how many each has; silence of each; spends if known.

        Times are days; spends of purchase days number one more than gaps for each customer.
        """
        people, many = np.asarray(customer), np.asarray(counts, dtype=np.int64)
        gap, quiet = np.asarray(gaps, dtype=np.float64), np.asarray(silence, dtype=np.float64)
        paid = np.ones(gap.size + many.size) if spends is None else np.asarray(spends, dtype=np.float64)
        if many.size != people.size or quiet.size != people.size or gap.size != many.sum():
            raise InvalidHistory(
                "Counts and silences per customer, and as many gaps, are needed.", code="lengths_differ"
            )
        if paid.size != gap.size + many.size:
            raise InvalidHistory("One spend more than gaps is needed for each customer.", code="lengths_differ")
        if not (np.isfinite(gap).all() and (gap > 0).all() and np.isfinite(quiet).all() and (quiet >= 0).all()):
            raise InvalidHistory("A gap is not above zero, or a silence is negative. Use gap_table.", code="not_finite")
        if not np.isfinite(paid).all():
            raise InvalidHistory("A spend is missing or infinite. Correct it or leave it out.", code="not_finite")
        start = np.concatenate([[0], np.cumsum(many)]).astype(np.int64)
        return cls(people, Runs(gap, start), quiet, Runs(paid, start + np.arange(start.size)))


def gap_table(
    purchases: Purchases,
    *,
    customer: str,
    at: str,
    spend: str | None = None,
    time_zone: str | None = None,
    until: date,
    engine: Engine | None = None,
) -> GapTable:
    """The rhythm of every customer from a list of purchases, until a day, by the rules of `purchase_table`.

    Raises `UnreadablePurchases`, `NotEnoughData`.

    >>> import pyarrow
    >>> lines = pyarrow.table({"who": ["A", "A", "B"], "day": [date(2024, 1, 1), date(2024, 1, 15), date(2024, 1, 8)]})
    >>> table = gap_table(lines, customer="who", at="day", until=date(2024, 1, 29))
    >>> table.gaps.value.tolist(), table.silence.tolist()
    ([14.0], [14.0, 21.0])
    """
    source = open_source(purchases, engine)
    lines = lines_of(source, Columns(customer, at, spend, time_zone), by_hour=False)
    columns = source.ask(lines, QUERY, until=f"date '{until.isoformat()}'")
    people, ago = np.asarray(columns["customer"]), np.asarray(columns["ago"], dtype=np.float64)
    if not ago.size:
        raise NotEnoughData("There is no purchase to learn from. Load purchases first.", code="empty")
    first = np.ones(ago.size, dtype=bool)
    first[1:] = people[1:] != people[:-1]
    last = np.append(first[1:], True)
    spends = np.ma.filled(np.ma.asarray(columns["spend"], dtype=np.float64), 0.0)
    gaps = (ago[:-1] - ago[1:])[~first[1:]]
    counts = np.diff(np.append(np.flatnonzero(first), ago.size)) - 1
    return GapTable.of(people[first], gaps, counts, ago[last], spends)


def require_rate(per_year: float) -> float:
    """The number of days in which one false alarm is allowed, from a rate per customer and year."""
    if not 0 < per_year <= 12:
        raise InvalidSetting("False alarms per customer and year lie above 0 and at most at 12.", code="per_year")
    return 365.25 / per_year
