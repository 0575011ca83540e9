"""Reads of the audit trail: what happened to a subject, the page of the trail, and whether its seals hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from django.db.models import Max

from fleuve.events.catalog import CATALOG, title_of
from fleuve.events.models import Event, EventValues, Seal
from fleuve.events.rules import seal_digest, values_digest
from fleuve.kernel.principal import Principal, may, sees

__all__ = [
    "AuditFilter",
    "AuditPage",
    "AuditRow",
    "Taken",
    "Verification",
    "actors_of_trail",
    "audit_page",
    "events_about",
    "export_facts",
    "taken_out",
    "values_still_match",
    "verify_seals",
]


_LONGEST_CODE: Final = 40
_CONTACT: Final = frozenset({"email", "phone", "post", "address", "street", "postcode"})


@dataclass(frozen=True)
class AuditRow:
    """One event as a person reads it."""

    id: int
    name: str
    title: str
    at: datetime
    actor_kind: str
    actor_id: str
    actor: str
    subject_kind: str
    subject_id: str
    data: Mapping[str, Any]
    values: Mapping[str, Any] | None
    request_id: str
    is_sealed: bool

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The data as (key, text) pairs."""
        return tuple((key, _text(part)) for key, part in self.data.items())

    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]:
        """The erasable values as (field, old, new); a single value counts as new."""
        return tuple(_change(field, value) for field, value in (self.values or {}).items())


def _text(part: Any) -> str:
    if isinstance(part, list):
        return ", ".join(map(_text, part))
    text = str(part)
    # A digest is recognised by its beginning; in full it would push the table off the page.
    return f"{text[:12]}…" if len(text) > _LONGEST_CODE else text


def _change(field: str, value: Any) -> tuple[str, str, str]:
    old, new = value if isinstance(value, list) and len(value) == 2 else ("", value)
    return field, "" if old is None else str(old), "" if new is None else str(new)


@dataclass(frozen=True)
class AuditFilter:
    """What part of the trail to show: by actor, by fact, by day of the organisation."""

    actor_id: str = ""
    name: str = ""
    day: date | None = None
    is_export: bool = False


@dataclass(frozen=True)
class AuditPage:
    """One page, newest first; ``next_before`` is where the following one begins."""

    rows: tuple[AuditRow, ...]
    next_before: int | None


def events_about(subject: tuple[str, int | str], principal: Principal, limit: int = 50) -> tuple[AuditRow, ...]:
    """The latest events about one subject, for whoever may read it; old and new values only for whoever audits."""
    if not may(principal, "read"):
        return ()
    kind, subject_id = subject
    about = Event.objects.filter(subject_kind=kind, subject_id=str(subject_id))
    return _rows(about.select_related("erasable").order_by("-id")[:limit], principal)


def audit_page(
    principal: Principal, wanted: AuditFilter, zone: tzinfo, *, before: int | None = None, size: int = 50
) -> AuditPage:
    """The trail, filtered, older than ``before``."""
    events = Event.objects.visible_to(principal)
    if wanted.actor_id:
        events = events.filter(actor_id=wanted.actor_id)
    if wanted.name:
        events = events.filter(name=wanted.name)
    if wanted.is_export:
        events = events.filter(name__in=export_facts())
    if wanted.day:
        begin = datetime.combine(wanted.day, time(), zone)
        events = events.filter(at__gte=begin, at__lt=datetime.combine(wanted.day + timedelta(days=1), time(), zone))
    if before is not None:
        events = events.filter(pk__lt=before)
    found = list(events.select_related("erasable").order_by("-id")[: size + 1])
    return AuditPage(
        rows=_rows(found[:size], principal),
        next_before=found[size - 1].pk if len(found) > size else None,
    )


def actors_of_trail(principal: Principal) -> tuple[tuple[str, str], ...]:
    """(id, name) of everyone who ever acted; the latest name of each."""
    visible = Event.objects.visible_to(principal)
    latest = visible.order_by().values("actor_id").annotate(latest=Max("id")).values_list("latest", flat=True)
    named = Event.objects.filter(pk__in=list(latest)).values_list("actor_id", "actor_label")
    return tuple(sorted(((actor_id, label or actor_id) for actor_id, label in named), key=lambda actor: actor[1]))


def _rows(events: Any, principal: Principal) -> tuple[AuditRow, ...]:
    with_values = may(principal, "audit")
    return tuple(
        AuditRow(
            id=event.pk,
            name=event.name,
            title=title_of(event.name),
            at=event.at,
            actor_kind=event.actor_kind,
            actor_id=event.actor_id,
            actor=event.actor_label,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            data=event.data,
            values=_values(event, principal) if with_values else None,
            request_id=event.request_id,
            is_sealed=event.seal_id is not None,
        )
        for event in events
    )


def _values(event: Event, principal: Principal) -> Mapping[str, Any] | None:
    """Old and new values, but of fields that are closed to whoever asks."""
    try:
        kept: Mapping[str, Any] = event.erasable.values
    except EventValues.DoesNotExist:
        return None
    return {field: value for field, value in kept.items() if _is_open(principal, field)}


def _is_open(principal: Principal, field: str) -> bool:
    return sees(principal, field) and (field not in _CONTACT or may(principal, "personal"))


@dataclass(frozen=True)
class Taken:
    """What one person took out: how many lists, how many rows, and when last."""

    actor: str
    lists: int
    rows: int
    last_at: datetime


def export_facts() -> tuple[str, ...]:
    """The facts that tell of data leaving as a file."""
    return tuple(name for name in CATALOG if name.endswith("_exported"))


def taken_out(principal: Principal, since: datetime) -> tuple[Taken, ...]:
    """Who took out how much since then, the most rows first."""
    exports = Event.objects.visible_to(principal).filter(name__in=export_facts(), at__gte=since)
    found: dict[str, Taken] = {}
    for actor_id, label, at, data in exports.order_by("at").values_list("actor_id", "actor_label", "at", "data"):
        before = found.get(actor_id)
        rows = data.get("rows", 0) + (before.rows if before else 0)
        found[actor_id] = Taken(label or actor_id, (before.lists if before else 0) + 1, rows, at)
    return tuple(sorted(found.values(), key=lambda one: (-one.rows, one.actor)))


@dataclass(frozen=True)
class Verification:
    """What checking the chain found. ``broken_at`` is the number of the first seal that does not hold."""

    seals: int
    events: int
    unsealed: int
    broken_at: int | None
    head: str

    @property
    def holds(self) -> bool:
        """Whether every seal holds."""
        return self.broken_at is None


def verify_seals() -> Verification:
    """Recompute the chain from its beginning: a changed, added or missing event breaks the seal that covers it.

    Whoever can write the database can recompute the chain too: compare ``head`` with one noted elsewhere (the log has
    each) to exclude it.
    """
    previous, seals, events = "", 0, 0
    for seal in Seal.objects.order_by("number").iterator():
        covered = list(Event.objects.filter(seal=seal).order_by("id"))
        digest = seal_digest(previous, (event.canonical_row() for event in covered))
        in_order = seal.number == seals + 1 and seal.previous == previous and seal.events_count == len(covered)
        if not in_order or digest != seal.digest:
            return Verification(seals, events, _unsealed(), seal.number, previous)
        previous, seals, events = digest, seals + 1, events + len(covered)
    return Verification(seals, events, _unsealed(), None, previous)


def _unsealed() -> int:
    return Event.objects.filter(seal=None).count()


def values_still_match(event: Event) -> bool | None:
    """Whether the erasable values are those that were recorded; nothing when there are none (any more)."""
    kept = EventValues.objects.filter(event=event).first()
    return values_digest(kept.salt, kept.values) == event.values_digest if kept else None
