"""Marks packed into bytes, and the places of a sorted list: pure, so that both engines share one meaning."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["MOST_IN_MARK", "Walk", "in_marks", "pack", "unpack", "walk"]

MOST_IN_MARK: Final = 5_000


def pack(ids: Iterable[int]) -> bytes:
    """Ids as bytes, little-endian whatever the machine."""
    packed = array("q", ids)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(packed: bytes | memoryview) -> list[int]:
    """The ids of ``pack``."""
    found = array("q")
    found.frombytes(bytes(packed))
    if sys.byteorder == "big":
        found.byteswap()
    return found.tolist()


@dataclass(frozen=True)
class Walk:
    """One page of an ordered list in SQL: the condition that skips what was read, its parameters, and the order."""

    condition: str
    parameters: tuple[Any, ...]
    order: str


def walk(key: str, row: str, *, descending: bool, value: Any, row_id: int | None, is_before: bool) -> Walk:
    """Rows after (``is_before``: before) the place (``value``, ``row_id``) of a list sorted by ``key``, then ``row``.

    Rows without a value come last in both directions. Going back, the order is turned round as a whole, so the nearest
    rows come first.
    """
    ascending = descending == is_before
    word, side = ("ASC", ">") if ascending else ("DESC", "<")
    order = f"{key} {word} NULLS {'FIRST' if is_before else 'LAST'}, {row} {word}"
    if row_id is None:
        return Walk("TRUE", (), order)
    if value is None:
        within = f"({key} IS NULL AND {row} {side} ?)"
        return Walk(f"({key} IS NOT NULL OR {within})" if is_before else within, (row_id,), order)
    within = f"{key} {side} ? OR ({key} = ? AND {row} {side} ?)"
    return Walk(f"({within})" if is_before else f"({within} OR {key} IS NULL)", (value, value, row_id), order)


def in_marks(ids: Sequence[int]) -> list[bytes]:
    """These ids as the contents of as few marks as hold them."""
    return [pack(ids[start : start + MOST_IN_MARK]) for start in range(0, len(ids), MOST_IN_MARK)]
