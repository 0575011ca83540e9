"""From a wish to the rows of its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Final

import pyarrow as pa

from fleuve.accounts.queries import organisation
from fleuve.attributes import Registry, registry
from fleuve.kernel.principal import Principal
from fleuve.lists.exporting.columns import FileColumn, columns_of_file, masks_needed, typed_batch
from fleuve.lists.exporting.wish import Wish
from fleuve.lists.exporting.writing import write_file
from fleuve.lists.mirror.reading import opened
from fleuve.lists.mirror.view import CardView

__all__ = ["count_rows", "take"]

# Read by the column, written by the row group: larger costs memory, smaller costs time.
_BATCH: Final = 32_768


def count_rows(wish: Wish, principal: Principal, now: datetime) -> int:
    """How many rows the file would have now."""
    with opened(principal, now) as view:
        return view.count(wish.node, wish.words)


def take(
    wish: Wish,
    sink: IO[bytes],
    principal: Principal,
    now: datetime,
    told: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Write the file of a wish in the active language; returns its rows."""
    seen = registry.visible_to(principal)
    columns = columns_of_file([seen.get(key) for key in wish.columns], organisation().currency or "EUR")
    # Whether a detail may be used is read even where that answer is closed to the reader.
    everything = Registry(one.settled() for one in registry)
    with opened(principal, now, everything) as view:
        return write_file(wish.form, sink, columns, _batches(view, wish, columns, principal), told)


def _batches(
    view: CardView, wish: Wish, columns: tuple[FileColumn, ...], principal: Principal
) -> Iterator[list[pa.Array]]:
    keys = [column.key for column in columns]
    masks = masks_needed(columns, with_refused=wish.with_refused)
    for batch in view.batches(wish.node, wish.words, wish.sort, list(dict.fromkeys([*keys, *masks])), _BATCH):
        yield typed_batch(batch, columns, principal, with_refused=wish.with_refused)
