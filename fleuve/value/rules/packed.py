"""Month-ends as blocks of bytes: twelve million rows of a table would take minutes to write and be read one by one.

A block is an Arrow stream, compressed, of some thousand customers in the order of their ids; it tells its own columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["BLOCK", "MonthRows", "pack", "unpack"]

IntArray = npt.NDArray[np.int64]
# Of two pages in the database and opened in less than a millisecond, where one customer of it is asked for.
BLOCK = 4_096
_SCHEMA = pa.schema(
    [
        ("party", pa.int64()),
        ("value", pa.int64()),
        ("low", pa.int64()),
        ("high", pa.int64()),
        ("band", pa.uint8()),
        ("stage", pa.uint8()),
    ]
)
_OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd")


def pack(rows: pa.RecordBatch) -> bytes:
    """One block."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=_OPTIONS) as writer:
        writer.write_batch(rows)
    return bytes(sink.getvalue())


def unpack(block: bytes | memoryview[int]) -> pa.Table:
    """The rows of one block."""
    return pa.ipc.open_stream(pa.py_buffer(bytes(block))).read_all()


@dataclass(frozen=True)
class MonthRows:
    """Customers at a month-end, by rising id: ``low`` and ``high`` are meaningless where ``has_range`` is False.

    ``stage``: place in ``STAGES``; money in minor units.
    """

    party: IntArray
    value: IntArray
    low: IntArray
    high: IntArray
    has_range: npt.NDArray[np.bool_]
    band: IntArray
    stage: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return int(self.party.size)

    def blocks(self) -> Iterator[tuple[int, int, bytes]]:
        """First id, last id and content of each block."""
        for start in range(0, len(self), BLOCK):
            rows = slice(start, start + BLOCK)
            ids = self.party[rows]
            yield int(ids[0]), int(ids[-1]), self._pack(rows)

    def _pack(self, rows: slice) -> bytes:
        none = ~self.has_range[rows]
        columns = [
            pa.array(self.party[rows]),
            pa.array(self.value[rows]),
            pa.array(self.low[rows], mask=none),
            pa.array(self.high[rows], mask=none),
            pa.array(self.band[rows].astype(np.uint8)),
            pa.array(self.stage[rows].astype(np.uint8)),
        ]
        return pack(pa.record_batch(columns, schema=_SCHEMA))

    @classmethod
    def unpack(cls, blocks: Iterable[bytes | memoryview[int]]) -> MonthRows:
        """The rows of blocks in the order given."""
        tables = [unpack(block) for block in blocks]
        found = pa.concat_tables(tables) if tables else _SCHEMA.empty_table()

        def whole(name: str) -> IntArray:
            return np.asarray(found[name].fill_null(0).to_numpy(), dtype=np.int64)

        return cls(
            party=whole("party"),
            value=whole("value"),
            low=whole("low"),
            high=whole("high"),
            has_range=np.asarray(found["low"].is_valid().to_numpy(), dtype=np.bool_),
            band=whole("band"),
            stage=whole("stage").astype(np.int8),
        )
