"""Real purchases that several tests look at."""

from __future__ import annotations

from pathlib import Path

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
