"""Rows of a mirror picked by what its columns do not say, or say slowly: what was bought, words within texts.

A list is sorted, paged and counted under one condition many times, and a mirror never changes: its rows stay picked.
The rows that changed since are asked each time; they are few.

A few picked rows are named by their places in the file. Of many, as a condition on purchases often has, each row bears
a mark in a column laid beside the mirror's own: 340,000 of a million are found in 10 ms that way, in 27 by a join.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Kept", "Laid", "Pick", "rows_with"]

# Up to eight megabytes each at a million customers, most of them one.
_MOST_KEPT: Final = 24
_FEW: Final = 0.02


@dataclass(frozen=True)
class Pick:
    """The picked rows as they stood when the mirror was made: their places if they are few, else a mark for each row.

    DuckDB numbers the rows of a table that is written once as it writes and reads them.
    """

    places: npt.NDArray[np.int64] | None
    marks: pa.Array | None

    @classmethod
    def of(cls, picked: npt.NDArray[np.bool_]) -> Pick:
        """``picked`` has one value for each row, in the order of the file."""
        if np.count_nonzero(picked) <= _FEW * picked.size:
            return cls(np.flatnonzero(picked), None)
        return cls(None, pa.array(picked))


@dataclass(frozen=True)
class Laid:
    """A pick as the column ``name`` beside those of the list rows; ``live`` says it of a row that changed since."""

    name: str
    pick: Pick
    live: str = ""
    parameters: tuple[Any, ...] = ()

    def register(self, duck: duckdb.DuckDBPyConnection) -> None:
        """Make it known to the cursor."""
        if self.pick.marks is None:
            duck.register(f"{self.name}_places", pa.table({"place": self.pick.places}))
        else:
            duck.register(f"{self.name}_marks", pa.table({self.name: self.pick.marks}))

    @property
    def joined(self) -> str:
        """What stands after the mirror's table in a FROM clause."""
        return "" if self.pick.marks is None else f" POSITIONAL JOIN {self.name}_marks"

    @property
    def selected(self) -> str:
        """What stands after the columns of the mirror's table in a SELECT."""
        if self.pick.marks is not None:
            return ""
        return f", rowid IN (SELECT place FROM {self.name}_places) AS {self.name}"


def rows_with(alias: str, laid: Sequence[Laid], *, are_marked: bool) -> tuple[str, tuple[Any, ...]]:
    """The list rows of a mirror with these columns, for a FROM clause, and its parameters."""
    joined, selected = "".join(one.joined for one in laid), "".join(one.selected for one in laid)
    rows = f"(SELECT *{selected} FROM {alias}.card{joined})" if laid else f"{alias}.card"
    if not are_marked:
        return rows, ()
    live = "".join(f", {one.live} AS {one.name}" for one in laid)
    return (
        f"(SELECT * FROM {rows} ANTI JOIN memory.marked_{alias} USING (party_id) "
        f"UNION ALL BY NAME SELECT *{live} FROM memory.live_{alias})"
    ), tuple(value for one in laid for value in one.parameters)


@dataclass
class Kept:
    """What was made lately of one mirror, safe to ask from several threads."""

    _made: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What is kept under the key, or made now; two who ask at once may both make it."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > _MOST_KEPT:
                self._made.popitem(last=False)
        return made
