"""Real purchases that several tests look at."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from fleuve_analytics.datasets import cdnow_sample, cdnow_split
from fleuve_analytics.history import PurchaseTable, SplitTable

# Orders less the cancellations that mirror them: same customer, product and quantity, the first order with the first
# cancellation after it. Rough, but enough to keep reversed orders out; lines that are no products are left out too.
NET_DAYS = """
with line as (
    select CustomerID as customer, StockCode as product, Quantity as quantity, UnitPrice as price, InvoiceDate as moment
    from '{path}'
    where CustomerID is not null
      and StockCode not in ('POST', 'DOT', 'M', 'D', 'S', 'B', 'C2', 'CRUK', 'PADS', 'BANK CHARGES', 'AMAZONFEE')
),
sold as (
    select *, row_number() over (partition by customer, product, quantity order by moment) as place
    from line where quantity > 0 and price > 0
),
cancelled as (
    select customer, product, -quantity as quantity, moment,
           row_number() over (partition by customer, product, -quantity order by moment) as place
    from line where quantity < 0
)
select customer, cast(sold.moment as date) as day, sum(quantity * price) as spend
from sold left join cancelled using (customer, product, quantity, place)
where cancelled.moment is null or cancelled.moment < sold.moment
group by 1, 2
order by 1, 2
"""


@pytest.fixture(scope="session")
def cdnow() -> PurchaseTable:
    return cdnow_sample()


@pytest.fixture(scope="session")
def cdnow_halves() -> SplitTable:
    return cdnow_split()


@pytest.fixture(scope="session")
def online_retail_days(shared_data: Path) -> pa.Table:
    """Purchase days of Online Retail with their net spend: customer, day, spend."""
    with duckdb.connect() as connection:
        return connection.sql(NET_DAYS.format(path=shared_data / "online_retail.parquet")).to_arrow_table()


@pytest.fixture(scope="session")
def by_hand() -> Callable[..., dict[Any, dict[str, float]]]:
    """The rules of the purchase table in plain Python, one customer after the other, in days."""
    return _by_hand


def _by_hand(
    lines: list[tuple[Any, ...]], split: date, end: date, since: date = date.min
) -> dict[Any, dict[str, float]]:
    bought: dict[Any, dict[date, list[float]]] = defaultdict(lambda: defaultdict(list))
    for who, day, amount in lines:
        if who is not None and day is not None and amount is not None and since <= day <= end:
            bought[who][day].append(amount)
    rows = {}
    for who in sorted(bought):
        # fsum rounds once: what remains after returns in full is nothing but the rounding of the amounts themselves.
        spent = {day: math.fsum(paid) for day, paid in sorted(bought[who].items()) if _is_purchase(paid)}
        seen = [day for day in spent if day <= split]
        if seen:
            later = [spent[day] for day in spent if day > split]
            rows[who] = {
                "frequency": len(seen) - 1,
                "recency": (seen[-1] - seen[0]).days,
                "age": (split - seen[0]).days,
                "spend_total": math.fsum(spent[day] for day in seen),
                "holdout_frequency": len(later),
                "holdout_spend": math.fsum(later),
                "log_gaps": math.fsum(math.log((after - before).days) for before, after in pairwise(seen)),
            }
    return rows


def _is_purchase(paid: list[float]) -> bool:
    """Unless returns took back all that was bought, to a billionth of its largest amount."""
    return min(paid) >= 0 or math.fsum(paid) >= 1e-9 * max(paid)
