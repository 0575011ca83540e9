"""The trash: one page for whatever can be put into it; a module says what of its own lies there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from fleuve.kernel.principal import Principal, may
from fleuve.ui.registry import Text

__all__ = ["Removed", "RemovedPage", "TrashKind", "register_trash", "trash_kinds"]


@dataclass(frozen=True)
class Removed:
    """One thing in the trash; ``restore_url`` is posted to, and blank when its reader may not take it out."""

    title: str
    removed_at: datetime
    removed_by: str
    restore_url: str = ""
    hint: str = ""
    purge_on: date | None = None


@dataclass(frozen=True)
class RemovedPage:
    """Some of it, newest first, and where the older ones begin."""

    rows: tuple[Removed, ...]
    older: str = ""


Listing = Callable[[Principal, str], RemovedPage]


@dataclass(frozen=True)
class TrashKind:
    """One tab of the page."""

    key: str
    label: Text
    order: int
    listing: Listing
    verb: str


_kinds: Final[dict[str, TrashKind]] = {}


def register_trash(key: str, label: Text, order: int, listing: Listing, verb: str = "write") -> None:
    """Add a tab: ``listing(principal, before)`` answers what of this kind the principal may see in the trash."""
    _kinds[key] = TrashKind(key, label, order, listing, verb)


def trash_kinds(principal: Principal) -> list[TrashKind]:
    """The tabs of this principal, in order."""
    allowed = (kind for kind in _kinds.values() if may(principal, kind.verb))
    return sorted(allowed, key=lambda kind: (kind.order, kind.key))
