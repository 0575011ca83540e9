"""What a valuation says of each customer, as blocks of bytes: written in seconds for a million, read one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fleuve.value.rules.packed import pack, unpack
from fleuve.value.rules.stages import STAGES

__all__ = ["VALUE_BLOCK", "VALUE_SCHEMA", "CustomerValue", "ValueRows"]

# Opened in about a millisecond, where one customer of it is asked for.
VALUE_BLOCK = 2_048
_MONEY, _SHARE, _COUNT = pa.int64(), pa.float64(), pa.int32()
VALUE_SCHEMA = pa.schema(
    [
        ("party_id", pa.int64()),
        ("stage", pa.uint8()),  # place in STAGES
        ("band", pa.uint8()),
        *((name, pa.bool_()) for name in ("is_personal", "was_already_there", "is_slipping", "is_contract")),
        ("purchase_days", _COUNT),
        ("first_on", pa.date32()),
        ("last_on", pa.date32()),
        ("gaps", _COUNT),
        ("usual_gap_days", _SHARE),
        ("silent_days", _COUNT),
        ("share_back", _SHARE),
        ("chance_back", _SHARE),
        *((name, _MONEY) for name in ("money_12", "money_12_before", "revenue_12", "revenue_12_before")),
        ("revenue_total", _MONEY),
        *((name, _SHARE) for name in ("probability_active", "probability_alive", "expected_purchases")),
        *((name, _MONEY) for name in ("value", "value_low", "value_high", "at_stake")),
    ]
)


@dataclass(frozen=True)
class CustomerValue:
    """What a valuation says of one customer; money in minor units."""

    party_id: int
    stage: str
    band: int
    """1 is the best; 0: nothing bought in the last twelve months."""
    is_personal: bool
    """False: the value is the average of a group of like customers."""
    was_already_there: bool
    is_slipping: bool
    is_contract: bool
    """Debited every month: valued by the renewal of the contract."""
    purchase_days: int
    first_on: date
    last_on: date
    gaps: int
    usual_gap_days: float
    silent_days: int
    share_back: float
    """Of those like this who came back, the share that was back by this silence."""
    chance_back: float
    """Chance of buying in the coming call window."""
    money_12: int
    money_12_before: int
    revenue_12: int
    revenue_12_before: int
    revenue_total: int
    probability_active: float | None
    """At least one purchase within the horizon."""
    probability_alive: float | None
    """Not yet gone for good, as the model has it."""
    expected_purchases: float | None
    value: int | None
    value_low: int | None
    value_high: int | None
    at_stake: int


@dataclass(frozen=True)
class ValueRows:
    """Customers by rising id, in the columns of ``VALUE_SCHEMA``."""

    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def party(self) -> npt.NDArray[np.int64]:
        """The ids."""
        return np.asarray(self.table["party_id"].to_numpy(), dtype=np.int64)

    def blocks(self) -> Iterator[tuple[int, int, int, bytes]]:
        """First id, last id, number of customers and content of each block."""
        party = self.party
        for start in range(0, len(self), VALUE_BLOCK):
            (batch,) = self.table.slice(start, VALUE_BLOCK).combine_chunks().to_batches()
            yield int(party[start]), int(party[start + batch.num_rows - 1]), batch.num_rows, pack(batch)

    @classmethod
    def unpack(cls, blocks: Iterable[bytes | memoryview[int]]) -> ValueRows:
        """The rows of blocks in the order given."""
        tables = [unpack(block) for block in blocks]
        return cls(pa.concat_tables(tables).combine_chunks() if tables else VALUE_SCHEMA.empty_table())

    def of(self, party_id: int) -> CustomerValue | None:
        """One customer; nothing of somebody who never bought."""
        at = int(np.searchsorted(self.party, party_id))
        if at == len(self) or self.party[at] != party_id:
            return None
        (row,) = self.table.slice(at, 1).to_pylist()
        return CustomerValue(**row | {"stage": STAGES[row["stage"]]})

    def __iter__(self) -> Iterator[CustomerValue]:
        """Every customer, one after the other."""
        for row in self.table.to_pylist():
            yield CustomerValue(**row | {"stage": STAGES[row["stage"]]})
