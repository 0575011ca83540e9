"""Telling the modules above which list rows change, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

__all__ = ["Marker", "mark_cards", "register_marker"]

Marker: TypeAlias = Callable[[Sequence[int], datetime], None]
_markers: Final[dict[str, Marker]] = {}


def register_marker(mark: Marker) -> None:
    """Have ``mark(party_ids, at)`` called inside every transaction that changes list rows; said in ``apps.ready``."""
    _markers[f"{mark.__module__}.{mark.__qualname__}"] = mark


def mark_cards(party_ids: Sequence[int], at: datetime) -> None:
    """Tell every marker that the list rows of these parties changed, or what is shown beside them."""
    if party_ids:
        for mark in _markers.values():
            mark(party_ids, at)
