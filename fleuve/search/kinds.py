"""What can be found: each module registers its kinds of things in ``apps.ready`` and loads its hits through its door.

``search`` knows no table but its own. A kind says how its subjects are *read* for the index (everything, for nobody in
particular) and how hits are *loaded* for whoever asks: an id that ``load`` leaves out is not visible to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from fleuve.kernel.principal import Principal, may

__all__ = ["Entry", "Hit", "Kind", "Load", "Read", "kind_named", "kinds", "kinds_for", "register_kind"]


@dataclass(frozen=True)
class Hit:
    """Something found, as whoever asks may see it; the heavier of two equal hits stands first."""

    title: str
    url: str
    hint: str = ""
    when: datetime | None = None
    weight: int = 0


@dataclass(frozen=True)
class Entry:
    """What the index learns of one subject.

    ``title`` and ``names`` teach the spelling; ``body`` is searched only.
    """

    subject_id: int
    title: str
    names: str = ""
    body: str = ""
    party_id: int | None = None


Load = Callable[[Sequence[int], Principal], Mapping[int, Hit]]
Read = Callable[[Sequence[int]], Iterable[Entry]]
Walk = Callable[[int, int], Sequence[int]]
Open = Callable[[Sequence[int], Principal], Mapping[int, str] | None]


@dataclass(frozen=True)
class Kind:
    """One kind of things to be found. Kinds with the same label are shown as one group.

    ``read`` answers the entries of the subjects that still are to be found (a removed one is left out and leaves the
    index); ``walk(after, most)`` answers the next ids in order, for building the index anew. Where a part of a document
    is closed to some people, ``open_texts`` answers what they may find it by; nothing where all of it is open.
    """

    key: str
    label: str | Promise
    order: int
    verb: str
    load: Load
    read: Read | None = None
    walk: Walk | None = None
    open_texts: Open | None = None


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Add a kind; its key is letters only, at most 16."""
    if not (kind.key.replace("_", "").isalpha() and len(kind.key) <= 16):
        raise ValueError(f"{kind.key!r} is no key of a kind: letters and underscores, at most 16")
    _kinds[kind.key] = kind


def kind_named(key: str) -> Kind | None:
    """The registered kind of this key."""
    return _kinds.get(key)


def kinds() -> list[Kind]:
    """Every kind, in order."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.key))


def kinds_for(principal: Principal, keys: Iterable[str] | None = None) -> list[Kind]:
    """The kinds that this principal may look for; of these keys only when given."""
    wanted = None if keys is None else set(keys)
    return [kind for kind in kinds() if may(principal, kind.verb) and (wanted is None or kind.key in wanted)]
