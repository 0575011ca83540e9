"""What is to be made: how many of everything, from which seed, until which day. Knows no database."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

__all__ = ["DAYS", "IntArray", "Recipe"]

IntArray = npt.NDArray[np.int64]

DAYS: Final = 1096  # three years of purchases, both ends included
# Ids look like those that the kernel makes (above 2^57, growing, with holes) and lie before all of those: made in 2024.
_FIRST_ID: Final = 1 << 57
_IDS_A_TABLE: Final = 1 << 44
_STEP: Final = 1 << 8


@dataclass(frozen=True)
class Recipe:
    """The same recipe makes the same rows, byte for byte, on either database."""

    customers: int
    last_day: date
    seed: int = 7
    purchases_per_customer: float = 10.0

    @property
    def made_at(self) -> datetime:
        """The moment that every made row calls its own: the evening of the last day, without a time zone (UTC)."""
        return datetime.combine(self.last_day, time(20))

    @property
    def days(self) -> npt.NDArray[np.datetime64]:
        """Every day on which somebody may buy."""
        return np.datetime64(self.last_day) - np.arange(DAYS - 1, -1, -1)

    def share(self, per_customer: float) -> int:
        """A number of rows that grows with the customers; at least one."""
        return max(1, round(self.customers * per_customer))

    def rng(self, topic: str, part: int = 0) -> np.random.Generator:
        """Chance of its own for each topic: drawing more of one thing does not move another."""
        return np.random.default_rng([self.seed, crc32(topic.encode()), part])

    def ids(self, table: str, count: int, *, after: int = 0) -> IntArray:
        """``count`` ids of a table, in order, behind the first ``after`` ones. Two tables may share some."""
        start = _FIRST_ID + crc32(table.encode()) % 4096 * _IDS_A_TABLE
        return start + _STEP * np.arange(after, after + count, dtype=np.int64)

    def as_json(self) -> dict[str, object]:
        """What is remembered beside the data: the same recipe needs no second making."""
        return asdict(self) | {"last_day": self.last_day.isoformat()}
