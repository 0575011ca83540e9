"""Ids as eight bytes each: ten thousand of them are one small row."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

__all__ = ["packed", "unpacked"]


def packed(ids: Sequence[int]) -> bytes:
    """The ids in one string of bytes."""
    return array("q", ids).tobytes()


def unpacked(stored: bytes | memoryview) -> list[int]:
    """The ids back."""
    ids = array("q")
    ids.frombytes(bytes(stored))
    return ids.tolist()
