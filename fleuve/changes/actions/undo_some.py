"""Take back some of the changes of one origin; called in small transactions until nothing is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from django.db import transaction

from fleuve.changes.models import Change
from fleuve.changes.rules import Origin, taken_back, worth_before
from fleuve.kernel.principal import Principal

__all__ = ["Conflict", "UndoneSome", "Writer", "undo_some"]

_Field: TypeAlias = tuple[str, int, str]


class Writer(Protocol):
    """What a module offers for the subjects of one kind: hold them, read what is stored, write it."""

    def hold(self, subject_ids: Sequence[int]) -> None:
        """Take the lock that every writer of these subjects takes first, by an update of their rows."""

    def stored(self, fields: Sequence[tuple[int, str]]) -> Mapping[tuple[int, str], str | None]:
        """What is stored in each (subject, field), as ``as_stored`` spells it; subjects that are gone are left out."""

    def write(self, values: Sequence[tuple[int, str, str | None]], *, at: datetime) -> None:
        """Write each (subject, field, value) with every projection of it; the journal is not written."""


@dataclass(frozen=True)
class Conflict:
    """A value that stayed: ``before`` is what taking back would have restored, ``found`` what stands and holds."""

    subject_kind: str
    subject_id: int
    party_id: int | None
    field: str
    before: str | None
    found: str | None
    reason: Literal["newer", "elsewhere"]
    found_by_label: str = ""
    found_at: datetime | None = None


@dataclass(frozen=True)
class UndoneSome:
    """``undone`` changes were marked and ``written`` values restored; nothing is left when ``undone`` is 0."""

    undone: int = 0
    written: int = 0
    party_ids: tuple[int, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass
class _Work:
    """The fields of one batch, by the kind of their subject."""

    chains: dict[_Field, list[Change]] = field(default_factory=dict)
    marked: dict[_Field, frozenset[int]] = field(default_factory=dict)
    found: dict[_Field, str | None] = field(default_factory=dict)


def undo_some(origin: Origin, size: int, writers: Mapping[str, Writer], *, by: Principal, at: datetime) -> UndoneSome:
    """Mark about ``size`` changes of ``origin`` as undone and write what their fields are worth then.

    All changes of the origin to one field are taken back together. A newer change stays, and so does a value that was
    written beside the journal; both are answered as conflicts. Permission and event belong to the action that undoes.
    """
    with transaction.atomic():
        batch = _batch(origin, size)
        if not batch:
            return UndoneSome()
        work = _held(batch, origin, writers)
        ids = [change for marked in work.marked.values() for change in marked]
        undone = Change.objects.filter(pk__in=ids, undone_at=None).update(undone_at=at, undone_by_label=by.label[:120])
        values, conflicts = _judged(work)
        for kind, rows in values.items():
            writers[kind].write(rows, at=at)
    return UndoneSome(
        undone=undone,
        written=sum(map(len, values.values())),
        party_ids=tuple(sorted({change.party_id for change in batch if change.party_id is not None})),
        conflicts=tuple(conflicts),
    )


def _batch(origin: Origin, size: int) -> list[Change]:
    """The newest changes of the origin that still stand; the partial index shrinks with every batch."""
    standing = Change.objects.filter(origin=origin.kind, origin_id=origin.id, undone_at=None)
    return list(standing.order_by("-id")[:size])


def _held(batch: Sequence[Change], origin: Origin, writers: Mapping[str, Writer]) -> _Work:
    """Lock the subjects, then read the chains of the fields concerned and what is stored in them."""
    wanted: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for change in batch:
        wanted[change.subject_kind].add((change.subject_id, change.field))
    work = _Work()
    for kind, fields in wanted.items():
        subjects = sorted({subject for subject, _name in fields})
        writers[kind].hold(subjects)
        for link in Change.objects.filter(subject_kind=kind, subject_id__in=subjects):
            if (link.subject_id, link.field) in fields:
                work.chains.setdefault((kind, link.subject_id, link.field), []).append(link)
        stored = writers[kind].stored(sorted(fields))
        work.found.update({(kind, *place): value for place, value in stored.items()})
    for place, chain in work.chains.items():
        own = [one for one in chain if one.origin == origin.kind and one.origin_id == origin.id]
        work.marked[place] = frozenset(one.pk for one in own if not one.is_undone)
    return work


def _judged(work: _Work) -> tuple[dict[str, list[tuple[int, str, str | None]]], list[Conflict]]:
    values: dict[str, list[tuple[int, str, str | None]]] = defaultdict(list)
    conflicts: list[Conflict] = []
    for place, chain in work.chains.items():
        kind, subject, name = place
        marked = work.marked[place]
        if place not in work.found or not marked:
            continue
        verdict = taken_back(chain, marked, work.found[place])
        if verdict.write:
            values[kind].append((subject, name, verdict.value))
        elif verdict.kept:
            conflicts.append(_conflict(place, chain, marked, work.found[place], verdict.kept.by, verdict.kept.reason))
    return values, conflicts


def _conflict(
    place: _Field,
    chain: Sequence[Change],
    marked: frozenset[int],
    found: str | None,
    newer: int | None,
    reason: Literal["newer", "elsewhere"],
) -> Conflict:
    holder = next((link for link in chain if link.pk == newer), None)
    return Conflict(
        subject_kind=place[0],
        subject_id=place[1],
        party_id=chain[0].party_id,
        field=place[2],
        before=worth_before(chain, marked),
        found=found,
        reason=reason,
        found_by_label=holder.actor_label if holder else "",
        found_at=holder.at if holder else None,
    )
