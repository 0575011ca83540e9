"""The one way to ask for customers, whichever engine answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from fleuve.attributes import Node
from fleuve.ui.tables import Page, Sort

__all__ = ["MOST_GROUPS", "CardView", "Group", "Groups", "Slice", "added_up", "cut", "first_of"]

MOST_GROUPS = 500


@dataclass(frozen=True)
class Slice:
    """One page: the parties in their order, and the cursors of its neighbours."""

    ids: tuple[int, ...]
    page: Page


@dataclass(frozen=True)
class Group:
    """Customers with the same answer: a month (202603) for a day, 0 or 1 for yes or no; ``sums`` as asked for."""

    key: Any
    customers: int
    sums: tuple[float | int, ...]


@dataclass(frozen=True)
class Groups:
    """The groups, the largest first; ``others`` holds what does not stand on its own.

    ``whole`` is everybody once: whoever gave several answers stands in several groups.
    """

    rows: tuple[Group, ...]
    whole: Group
    others: Group | None = None


def added_up(groups: Sequence[Group], sums: int) -> Group:
    """These groups as one, ``sums`` of them each."""
    return Group(
        None,
        sum(group.customers for group in groups),
        tuple(sum(group.sums[place] for group in groups) for place in range(sums)),
    )


def first_of(groups: Sequence[Group], whole: Group) -> Groups:
    """The largest groups of one answer each, in their order; the others are what these leave of the whole."""
    kept = groups[:MOST_GROUPS]
    told = added_up(kept, len(whole.sums))
    sums = tuple(total - part for total, part in zip(whole.sums, told.sums, strict=True))
    return Groups(tuple(kept), whole, Group(None, whole.customers - told.customers, sums))


def cut(groups: Sequence[Group], whole: Group) -> Groups:
    """The groups of several answers each: the largest, and the others as one."""
    found = sorted(groups, key=lambda group: (-group.customers, group.key is None, group.key))
    rest = found[MOST_GROUPS:]
    return Groups(tuple(found[:MOST_GROUPS]), whole, added_up(rest, len(whole.sums)) if rest else None)


class CardView(Protocol):
    """Customers within somebody's reach at one moment. ``words`` are looked for in names, numbers and addresses."""

    @property
    def as_of(self) -> datetime:
        """The moment up to which changes are taken in."""

    @property
    def is_live(self) -> bool:
        """Whether that is now; otherwise so much changed at once that the next mirror has to be made first."""

    def count(self, node: Node, words: str = "") -> int:
        """How many there are."""

    def page(self, node: Node, words: str, sort: Sort, cursor: str, size: int = 50) -> Slice:
        """One page in the order of an attribute, then of the parties' ids; rows without a value last."""

    def groups(self, node: Node, words: str, by: str, sums: Sequence[str] = ()) -> Groups:
        """How many there are for each answer of an attribute, and what these attributes add up to."""

    def ids(self, node: Node, words: str = "", limit: int | None = None) -> list[int]:
        """The parties by id."""

    def batches(
        self, node: Node, words: str, sort: Sort, columns: Sequence[str], rows: int = 8_192
    ) -> Iterator[pa.RecordBatch]:
        """Everyone in order: ``party_id`` and the stored values of these attributes, some rows at a time."""
