"""The folder of purchase arrays: one for each generation of the derived history, complete or not there at all.

``party`` holds the ids of everybody who ever bought; the other arrays name a buyer by the place in it (``who``). A
*ledger* is a set of arrays sorted by key, then day: everything (one key), by source, by product. A window of a key is
one slice of each array, found without reading the rest of the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fleuve.history.models import Generation
from fleuve.history.store import history_folder

__all__ = [
    "LEDGERS",
    "TOTALS",
    "Behaviour",
    "Ledger",
    "behaviour_folder",
    "behaviour_folders",
    "current_behaviour",
]

IntArray = npt.NDArray[Any]
# The arrays of each ledger and their types. Sums of minor units stay exact in doubles below 2**53: asserted when made.
LEDGERS: Final[dict[str, dict[str, str]]] = {
    "all": {"day": "<i4", "who": "<u4", "orders": "<u4", "revenue": "<i8", "pieces": "<i8"},
    "source": {"day": "<i4", "who": "<u4", "orders": "<u4", "revenue": "<i8", "pieces": "<i8"},
    "product": {"day": "<i4", "who": "<u4", "purchase": "<u4", "source": "<u4", "revenue": "<i8", "pieces": "<i8"},
}
TOTALS: Final = ("days", "orders", "revenue", "pieces")
_CONTENTS: Final = "contents.json"


@dataclass(frozen=True)
class Ledger:
    """Arrays sorted by key, then day; the rows of key number ``n`` lie from ``starts[n]`` to ``starts[n + 1]``."""

    keys: IntArray
    starts: IntArray
    columns: dict[str, IntArray]

    def slices(self, keys: npt.ArrayLike, first: int, last: int) -> Iterator[slice]:
        """The rows of these keys from one day to another."""
        ends = np.asarray([first, last + 1], self.columns["day"].dtype)  # of another type, the whole file is converted
        for place in np.flatnonzero(np.isin(self.keys, keys)):
            start, end = int(self.starts[place]), int(self.starts[place + 1])
            low, high = np.searchsorted(self.columns["day"][start:end], ends)
            if low < high:
                yield slice(start + int(low), start + int(high))


@dataclass(frozen=True)
class Behaviour:
    """Everything that was bought, as of one generation."""

    generation: int
    party: IntArray
    totals: dict[str, IntArray]
    ledgers: dict[str, Ledger]
    sources: IntArray
    products: dict[str, tuple[int, ...]]
    categories: dict[str, tuple[int, ...]]


def behaviour_folders() -> Path:
    """Where the folders are, beside the mirrors."""
    return history_folder() / "lists"


def behaviour_folder(generation: Generation) -> Path:
    """The folder of one generation."""
    return behaviour_folders() / f"bought-{generation.folder}"


def current_behaviour() -> Behaviour | None:
    """That of the newest generation that has one; nothing before the first."""
    for generation in Generation.objects.order_by("-number")[:5]:
        folder = behaviour_folder(generation)
        if (folder / _CONTENTS).is_file():
            return _opened(folder)
    return None


@lru_cache(maxsize=2)
def _opened(folder: Path) -> Behaviour:
    told = json.loads((folder / _CONTENTS).read_text("utf-8"))

    def array(name: str) -> IntArray:
        # An empty file cannot be mapped.
        return np.load(folder / f"{name}.npy", mmap_mode="r" if told["rows"] else None)  # type: ignore[no-any-return]

    return Behaviour(
        generation=told["generation"],
        party=array("party"),
        totals={name: array(f"total-{name}") for name in TOTALS},
        ledgers={
            name: Ledger(
                array(f"{name}-keys"),
                array(f"{name}-starts"),
                {column: array(f"{name}-{column}") for column in columns},
            )
            for name, columns in LEDGERS.items()
        },
        sources=array("sources"),
        products={code: tuple(ids) for code, ids in told["products"].items()},
        categories={name: tuple(ids) for name, ids in told["categories"].items()},
    )
