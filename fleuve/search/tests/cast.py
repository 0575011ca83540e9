"""A little world to be searched: kinds whose subjects live in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fleuve.kernel.principal import Principal
from fleuve.search import kinds as registry
from fleuve.search.actions import refresh
from fleuve.search.kinds import Entry, Hit, Kind, register_kind
from fleuve.search.queries import Answer, find

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ALICE = Principal("user", "1", "Alice", "owner")
RAY = Principal("user", "2", "Ray", "reader")
NOBODY = Principal("user", "9", "", "none")


@dataclass
class Things:
    """One kind of things: what they say, whom they are closed to, and what they weigh."""

    key: str
    label: str
    order: int = 1
    verb: str = "read"
    entries: dict[int, Entry] = field(default_factory=dict)
    hidden_from: dict[str, set[int]] = field(default_factory=dict)
    weights: dict[int, int] = field(default_factory=dict)

    def put(self, subject_id: int, title: str, names: str = "", body: str = "") -> None:
        self.entries[subject_id] = Entry(subject_id, title, names, body)
        refresh(self.key, [subject_id], at=NOW)

    def remove(self, subject_id: int) -> None:
        del self.entries[subject_id]
        refresh(self.key, [subject_id], at=NOW)

    def load(self, ids: Sequence[int], principal: Principal) -> Mapping[int, Hit]:
        closed = self.hidden_from.get(principal.label, set())
        return {
            pk: Hit(self.entries[pk].title, f"/{self.label}/{pk}/", weight=self.weights.get(pk, 0))
            for pk in ids
            if pk in self.entries and pk not in closed
        }

    def read(self, ids: Sequence[int]) -> Iterable[Entry]:
        return [self.entries[pk] for pk in ids if pk in self.entries]

    def walk(self, after: int, most: int) -> Sequence[int]:
        return sorted(pk for pk in self.entries if pk > after)[:most]


@contextmanager
def only(*kinds: Things) -> Iterator[None]:
    """These kinds and no others exist."""
    kept = dict(registry._kinds)
    registry._kinds.clear()
    try:
        for one in kinds:
            register_kind(Kind(one.key, one.label, one.order, one.verb, one.load, one.read, one.walk))
        yield
    finally:
        registry._kinds.clear()
        registry._kinds.update(kept)


def titles(answer: Answer) -> list[str]:
    """The titles found, group by group."""
    return [shown.hit.title for group in answer.groups for shown in group.hits]


def found(query: str, principal: Principal = ALICE) -> list[str]:
    """The titles that a query finds."""
    return titles(find(query, principal))
