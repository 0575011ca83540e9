"""The chain of a field's changes and what it is worth after some of them were taken back. No database here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, Protocol, TypeAlias

__all__ = [
    "ORIGINS",
    "Edited",
    "Kept",
    "Link",
    "Origin",
    "OriginKind",
    "Verdict",
    "as_stored",
    "effective",
    "in_order",
    "read_stored",
    "taken_back",
    "worth_before",
]

OriginKind: TypeAlias = Literal["person", "import", "bulk", "api", "restore", "undo", "merge"]
ORIGINS: Final[tuple[OriginKind, ...]] = ("person", "import", "bulk", "api", "restore", "undo", "merge")


@dataclass(frozen=True)
class Origin:
    """Where changes come from: a person's form, an import, a bulk edit, a key; ``id`` names which one."""

    kind: OriginKind
    id: int | None = None


@dataclass(frozen=True)
class Edited:
    """One field of one subject that was written: ``old`` and ``new`` as ``as_stored`` spells them.

    ``number`` is the subject's version after the change, 0 where it has none; ``party_id`` the customer in whose
    history it is shown.
    """

    subject_kind: str
    subject_id: int
    field: str
    old: str | None
    new: str | None
    number: int = 0
    party_id: int | None = None


class Link(Protocol):
    """What the rules ask of a change."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def old(self) -> str | None: ...
    @property
    def new(self) -> str | None: ...
    @property
    def is_undone(self) -> bool: ...


@dataclass(frozen=True)
class _Plain:
    id: int
    number: int
    old: str | None
    new: str | None
    is_undone: bool


@dataclass(frozen=True)
class Kept:
    """Why a value stays although its change is taken back: something newer stands, or it was written elsewhere."""

    reason: Literal["newer", "elsewhere"]
    by: int | None = None  # the newer change that holds


@dataclass(frozen=True)
class Verdict:
    """What taking back does to a field: a value to write, or why the stored one stays; neither when they are equal."""

    write: bool
    value: str | None = None
    kept: Kept | None = None


def as_stored(value: Any) -> str | None:
    """The exact JSON of a stored value: days as ISO, moments as ISO in UTC with microseconds, nothing as nothing."""
    if value is None:
        return None
    if isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat(timespec="microseconds")
    elif isinstance(value, date):
        value = value.isoformat()
    elif isinstance(value, float):
        raise TypeError("a fraction does not come back the same: store a whole number")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read_stored(text: str | None) -> Any:
    """The value that ``as_stored`` wrote; days and moments stay text, as only the field knows its type."""
    return None if text is None else json.loads(text)


def in_order(links: Iterable[Link]) -> list[Link]:
    """A field's changes as they happened.

    By number first: ids alone are made by several processes and do not order what happened within a millisecond or
    across two clocks.
    """
    return sorted(links, key=lambda link: (link.number, link.id))


def effective(links: Sequence[Link]) -> str | None:
    """What the field is worth: the last change not undone, or what was there before the first when all are undone."""
    ordered = in_order(links)
    if not ordered:
        raise ValueError("a field without changes has no chain")
    standing = [link for link in ordered if not link.is_undone]
    return standing[-1].new if standing else ordered[0].old


def worth_before(links: Sequence[Link], ids: frozenset[int]) -> str | None:
    """What a field was worth before the first of these changes, as its chain stands now: undoing would restore that."""
    ordered = in_order(links)
    place = next(place for place, link in enumerate(ordered) if link.id in ids)
    return effective(ordered[:place]) if place else ordered[0].old


def taken_back(links: Sequence[Link], undone: frozenset[int], stored: str | None) -> Verdict:
    """What becomes of a field whose changes ``undone`` (ids) are now marked as undone, while ``stored`` is there.

    A newer change that stands is never touched, and neither is a value that something wrote beside the journal.
    """
    before = effective(links)
    ordered = in_order(
        replace(_Plain(link.id, link.number, link.old, link.new, link.is_undone), is_undone=True)
        if link.id in undone
        else link
        for link in links
    )
    after = effective(ordered)
    last = max(place for place, link in enumerate(ordered) if link.id in undone)
    newer = [link for link in ordered[last + 1 :] if not link.is_undone]
    if stored != before:
        return Verdict(False, kept=None if stored == after else Kept("elsewhere"))
    if after != stored:
        return Verdict(True, after)
    return Verdict(False, kept=Kept("newer", newer[-1].id) if newer else None)
