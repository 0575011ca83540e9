"""Made-up purchases for measurements: as many customers as wanted, ten purchases each, days over two years.

People arrive evenly over the two years, buy at their own rate and leave at their own moment (Pareto/NBD), which no
measured program is told. The same seed gives the same file on every machine.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["FIRST_DAY", "UNTIL", "purchases_of"]

FIRST_DAY = np.datetime64("2023-01-01")
DAYS = 730
UNTIL = FIRST_DAY + DAYS
RATE_SHAPE, RATE_DAYS = 0.9, 24.4
LEAVE_SHAPE, LEAVE_DAYS = 0.6, 200.0
SPEND_P, SPEND_Q, SPEND_GAMMA = 6.0, 4.0, 90.0
_BLOCK = 500_000


def purchases_of(customers: int, folder: Path, seed: int = 20230101) -> Path:
    """A Parquet file of customer (int64), day (date), spend (double), rows in no order; made once."""
    path = folder / f"purchases-{customers}.parquet"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    unfinished = path.with_suffix(".part")
    schema = pa.schema([("customer", pa.int64()), ("day", pa.date32()), ("spend", pa.float64())])
    with pq.ParquetWriter(unfinished, schema) as writer:
        for first in range(0, customers, _BLOCK):
            writer.write_table(_block(first, min(_BLOCK, customers - first), rng).cast(schema), row_group_size=131_072)
    unfinished.rename(path)
    return path


def _block(first: int, people: int, rng: np.random.Generator) -> pa.Table:
    start = rng.integers(0, DAYS, people)
    rate = rng.gamma(RATE_SHAPE, 1 / RATE_DAYS, people)
    leaves = rng.exponential(size=people) / rng.gamma(LEAVE_SHAPE, 1 / LEAVE_DAYS, people)
    active = np.minimum(leaves, DAYS - start)
    repeats = rng.poisson(rate * active)
    owner = np.concatenate([np.arange(people), np.repeat(np.arange(people), repeats)])
    later = np.floor(start[owner[people:]] + rng.random(owner.size - people) * active[owner[people:]]).astype(np.int64)
    day = np.concatenate([start, later])
    scale = rng.gamma(SPEND_Q, 1 / SPEND_GAMMA, people)
    spend = np.round(rng.gamma(SPEND_P, 1 / scale[owner]), 2) + 0.01
    shuffled = rng.permutation(owner.size)
    # Identifiers of real systems are neither small nor without holes.
    customer = 1_000_003 + 7 * (first + owner[shuffled])
    days = (FIRST_DAY + day[shuffled]).astype("datetime64[D]")
    return pa.table({"customer": customer, "day": days, "spend": spend[shuffled]})
