"""Many customers in one request: each row is found or not, and then created, changed, left or refused by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fleuve.api.errors import InvalidInput
from fleuve.changes.rules import Origin
from fleuve.kernel.errors import FleuveError, PermissionRefused
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions import Edit, NewCustomer, change_customers, create_customers
from fleuve.parties.api.matching import Known, Token, known_with, tokens_of
from fleuve.parties.api.schemas import UpsertIn
from fleuve.parties.api.values import typed_values
from fleuve.parties.changing.edits import Target, targets_of
from fleuve.parties.changing.subjects import load_subjects
from fleuve.parties.errors import LooksLikeAnother, PartiesError

__all__ = ["upsert"]

# A write keeps others waiting on the embedded database: so many rows at once, then somebody else's turn.
_AT_ONCE: Final = 50


@dataclass
class _Row:
    """One row on its way: what it says, who it is about, what became of it."""

    place: int
    values: dict[str, Any] = field(default_factory=dict)
    number: str = ""
    tokens: dict[str, Token] = field(default_factory=dict)
    party: int | None = None
    told: dict[str, Any] = field(default_factory=dict)

    def tell(self, outcome: str, **more: Any) -> None:
        """Say what became of it."""
        self.told = {"row": self.place, "outcome": outcome, **more}

    def refuse(self, refused: FleuveError) -> None:
        """Say why nothing became of it."""
        if isinstance(refused, InvalidInput) and refused.fields:
            self.tell("refused", code="value_wrong", **dict(refused.fields[0]))
        else:
            self.tell("refused", code=refused.code, reason=str(refused))


@dataclass
class _Batch:
    """One request: what it asks, who asks, and what each key of a value is."""

    asked: UpsertIn
    origin: Origin
    by: Principal
    targets: dict[str, Target] = field(default_factory=dict)


def upsert(asked: UpsertIn, origin: Origin, *, by: Principal) -> dict[str, Any]:
    """Every row in order. What one row does is seen by the next: the same customer twice is created once."""
    require(by, "write")
    batch = _Batch(asked, origin, by)
    _read_keys(batch)
    rows = [_read(batch, place, values) for place, values in enumerate(asked.customers)]
    waiting = [row for row in rows if not row.told]
    while waiting:
        done = _together(waiting)
        with transaction.atomic():
            done = _decide(batch, done)
            _write_changes(batch, [row for row in done if not row.told and row.party is not None])
            _write_new(batch, [row for row in done if not row.told])
        waiting = waiting[len(done) :]
    counts = Counter(row.told["outcome"] for row in rows)
    told = {name: counts[name] for name in ("created", "updated", "unchanged", "refused")}
    return {**told, "rows": [row.told for row in rows]}


def _read_keys(batch: _Batch) -> None:
    """What the values are, once for all rows; unknown ones are refused row by row, with their sentence."""
    keys = {key for values in batch.asked.customers for key in values} - {"customer_number"}
    for key in sorted(keys)[:500]:
        try:
            batch.targets |= targets_of([key], batch.by)
        except FleuveError:
            continue


def _read(batch: _Batch, place: int, values: Mapping[str, Any]) -> _Row:
    row = _Row(place)
    number = values.get("customer_number") or ""
    try:
        if not isinstance(number, str) or len(number) > 160:
            sentence = _("“customer_number” takes a text of at most 160 characters.")
            raise InvalidInput(sentence, fields=[{"at": "values.customer_number", "reason": sentence}])
        given = {key: value for key, value in values.items() if key != "customer_number"}
        row.values = typed_values(given, batch.by, at="values", targets=batch.targets)
        row.number = number.strip()
        row.tokens = tokens_of(row.values, row.number)
    except FleuveError as refused:
        row.refuse(refused)
    return row


def _together(waiting: Sequence[_Row]) -> list[_Row]:
    """The next rows of which none names a key that one before it names: they cannot be about the same customer."""
    taken: set[Token] = set()
    found: list[_Row] = []
    for row in waiting[:_AT_ONCE]:
        named = set(row.tokens.values())
        if named & taken:
            break
        taken |= named
        found.append(row)
    return found


def _decide(batch: _Batch, rows: Sequence[_Row]) -> list[_Row]:
    """Who each row is about; the rows up to the first that is about the customer of another one."""
    known = known_with({token for row in rows for token in row.tokens.values()}, batch.by)
    taken: set[int] = set()
    for place, row in enumerate(rows):
        try:
            row.party = _found(batch, row, known)
            if row.party is None:
                _refuse_new(batch, row, known)
            elif row.party in taken:
                row.party = None
                return list(rows[:place])
            else:
                taken.add(row.party)
                _refuse_change(batch, known.owners[row.party])
        except FleuveError as refused:
            row.refuse(refused)
    return list(rows)


def _found(batch: _Batch, row: _Row, known: Known) -> int | None:
    """The one customer within reach who has the first of the keys that anybody has."""
    for key in batch.asked.match:
        parties = known.within(row.tokens[key]) if key in row.tokens else []
        if len(parties) > 1:
            sentence = _("Several customers have this “%(key)s”. Send a key that only one of them has.")
            raise PartiesError(sentence % {"key": key}, code="ambiguous")
        if parties:
            return parties[0]
    return None


def _refuse_change(batch: _Batch, owner: int | None) -> None:
    if not batch.by.is_within(batch.by.write_reach, owner):
        sentence = _("This customer is not yours to change. Ask their owner or a manager of your team.")
        raise PermissionRefused(sentence, verb="write")


def _refuse_new(batch: _Batch, row: _Row, known: Known) -> None:
    if not batch.asked.create:
        raise PartiesError(_("Nobody has these keys, and “create” is off."), code="not_found")
    alike: set[int] = set()
    for key in ("customer_number", "email", "phone"):
        alike |= known.parties.get(row.tokens.get(key, ("", "")), set())
    if alike:
        seen = sorted(alike & known.owners.keys())
        sentence = _("Somebody has the same address or number, and no key of “match” leads to them.")
        raise LooksLikeAnother(sentence, parties=seen, others=len(alike) - len(seen))


def _write_changes(batch: _Batch, rows: Sequence[_Row]) -> None:
    if not batch.asked.update:
        for row in rows:
            row.tell("unchanged", id=str(row.party))
        return
    edits = _edits(batch, rows)
    _all_or_each(rows, lambda some: _change(batch, some, edits))


def _edits(batch: _Batch, rows: Sequence[_Row]) -> dict[int, list[Edit]]:
    """What each row writes, by its place; where it may only fill, nothing that stands is written over."""
    filling = {
        key: batch.targets[key] for key, rule in batch.asked.rules.items() if rule == "fill" and key in batch.targets
    }
    stands = load_subjects([row.party for row in rows if row.party], filling.values()) if filling else {}
    found: dict[int, list[Edit]] = {}
    for row in rows:
        party = row.party or 0
        found[row.place] = [
            Edit(party, key, value)
            for key, value in row.values.items()
            if key not in filling or stands[party].shown(filling[key]) in (None, "", ())
        ]
    return found


def _change(batch: _Batch, rows: Sequence[_Row], edits: Mapping[int, list[Edit]]) -> None:
    wanted = [edit for row in rows for edit in edits[row.place]]
    versions: Mapping[int, int] = {}
    if wanted:
        versions = change_customers(edits=wanted, origin=batch.origin, by=batch.by, at=timezone.now()).versions
    for row in rows:
        party = row.party or 0
        if party in versions:
            row.tell("updated", id=str(party), version=versions[party])
        else:
            row.tell("unchanged", id=str(party))


def _write_new(batch: _Batch, rows: Sequence[_Row]) -> None:
    _all_or_each(rows, lambda some: _create(batch, some))


def _create(batch: _Batch, rows: Sequence[_Row]) -> None:
    customers = [NewCustomer(row.values, row.number) for row in rows]
    made = create_customers(customers=customers, origin=batch.origin, by=batch.by, at=timezone.now())
    for row, party in zip(rows, made, strict=True):
        row.tell("created", id=str(party.pk), version=party.version)


def _all_or_each(rows: Sequence[_Row], write: Callable[[Sequence[_Row]], None]) -> None:
    """Write all rows at once; when one of them is refused, each by itself, so that the others stand."""
    if not rows:
        return
    try:
        with transaction.atomic():
            return write(rows)
    except FleuveError as refused:
        if len(rows) == 1:
            return rows[0].refuse(refused)
    for row in rows:
        _all_or_each([row], write)
