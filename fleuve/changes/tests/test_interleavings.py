"""Imports, edits by hand and in bulk, *Put back* and undoing in any order, against an oracle that knows no database.

The oracle is the rule of docs/rules/changes.md, "A field's chain", in plain Python: a field is worth its last change
that was not taken back, and what was there before the first when all were; taking back marks, it never writes over
what is newer, and tells of it. What is said by hand is a chain of its own, above that of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fleuve.accounts.actions import configure_organisation, create_user
from fleuve.changes.actions import Conflict as Stayed
from fleuve.changes.actions import undo_some
from fleuve.changes.models import Change
from fleuve.changes.rules import Origin, read_stored
from fleuve.imports.models import Conflict, Import
from fleuve.imports.rules import Handling
from fleuve.imports.tests.desk import ALICE, NOW, bring, listed, undo
from fleuve.kernel.ids import new_id
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.actions import FROM_SOURCES, Edit, change_customers, create_tag, restore_value
from fleuve.parties.models import Membership, OwnField, OwnValue, PartyCard, Record, RecordTag
from fleuve.parties.speaking import MANUAL
from fleuve.parties.writers import WRITERS

pytestmark = pytest.mark.django_db

_CUSTOMERS: Final = (0, 1)
_CITIES: Final = ("Lyon", "Paris", "Évreux")
_SIZES: Final = (36, 41, 44)
_MILLIONTHS: Final = 1_000_000  # as numbers of own fields are stored
_HEAD: Final = "Customer number;Name;City;Shoe size"

Place: TypeAlias = tuple[int, str]  # a customer, and "city by file", "city by hand", …, "owner" or "tag"


@dataclass
class _Link:
    origin: Origin
    new: Any
    undone: bool = False
    time: int = 0


@dataclass
class _Chain:
    """The changes of one field: its first value, then who said what."""

    first: Any
    links: list[_Link] = field(default_factory=list)

    @property
    def value(self) -> Any:
        standing = [link.new for link in self.links if not link.undone]
        return standing[-1] if standing else self.first

    def worth_before(self, place: int) -> Any:
        standing = [link.new for link in self.links[:place] if not link.undone]
        return standing[-1] if standing else self.first


@dataclass(frozen=True)
class _Kept:
    """A value that an undo left: what it would have restored, what stands."""

    place: Place
    kind: str
    before: Any
    found: Any


class _Oracle:
    """Every chain of a few customers, and what people are shown."""

    def __init__(self) -> None:
        self.chains: dict[Place, _Chain] = {}
        for customer in _CUSTOMERS:
            told = {"city by file": "Lyon", "size by file": 36, "city by hand": None, "size by hand": None}
            for name, value in {**told, "owner": None, "tag": None}.items():
                self.chains[customer, name] = _Chain(value)
        self._time = count(1)

    def shown(self, customer: int, name: str) -> Any:
        if name in ("owner", "tag"):
            return self.chains[customer, name].value
        typed = self.chains[customer, f"{name} by hand"].value
        return (typed or None) if typed is not None else self.chains[customer, f"{name} by file"].value

    def say(self, origin: Origin, place: Place, value: Any) -> bool:
        """One more change, unless that is what stands."""
        chain = self.chains[place]
        if chain.value == value:
            return False
        chain.links.append(_Link(origin, value, time=next(self._time)))
        return True

    def edit(self, origin: Origin, customer: int, name: str, value: Any) -> None:
        """By hand or in bulk: what is shown already is nothing to say; emptied stands above the file."""
        if name in ("owner", "tag"):
            self.say(origin, (customer, name), None if value is FROM_SOURCES else value)
        elif value is FROM_SOURCES:
            self.say(origin, (customer, f"{name} by hand"), None)
        elif value != self.shown(customer, name):
            self.say(origin, (customer, f"{name} by hand"), "" if value is None else value)

    def bring(self, origin: Origin, customer: int, name: str, value: Any, *, wins: bool) -> None:
        """A file's value: where it wins, it takes off what was typed; emptied by hand stays emptied."""
        if wins and self.chains[customer, f"{name} by hand"].value not in (None, "", value):
            self.say(origin, (customer, f"{name} by hand"), None)
        self.say(origin, (customer, f"{name} by file"), value)

    def undo(self, origin: Origin) -> set[_Kept]:
        """Mark the changes of an origin; what stays because something newer stands, or is shown above."""
        marked = {
            place: [link for link in chain.links if link.origin == origin and not link.undone]
            for place, chain in self.chains.items()
        }
        found = {kept for place, own in marked.items() if own and (kept := self._kept(place, own))}
        for own in marked.values():
            for link in own:
                link.undone = True
        stayed = {kept.place for kept in found}
        words = {place: own for place, own in marked.items() if own and place not in stayed and "by file" in place[1]}
        return found | {kept for place, own in words.items() if (kept := self._above(place, own[-1].time))}

    def _kept(self, place: Place, own: Sequence[_Link]) -> _Kept | None:
        chain = self.chains[place]
        first, last = chain.links.index(own[0]), chain.links.index(own[-1])
        newer = [link for link in chain.links[last + 1 :] if not link.undone]
        return _Kept(place, "newer", chain.worth_before(first), chain.value) if newer else None

    def _above(self, place: Place, wrote: int) -> _Kept | None:
        by_hand = self.chains[place[0], place[1].replace("by file", "by hand")]
        standing = [link for link in by_hand.links if not link.undone]
        if not by_hand.value or standing[-1].time < wrote:
            return None
        return _Kept(place, "above", self.chains[place].value, by_hand.value)


# Every edit says something of each field, so that a few steps already lie above one another.
_values = st.fixed_dictionaries(
    {
        "city": st.sampled_from([*_CITIES, None, FROM_SOURCES]),
        "size": st.sampled_from([*_SIZES, None, FROM_SOURCES]),
        "owner": st.sampled_from([0, 1, None]),
        "tag": st.sampled_from([1, None]),
    }
)
_rows = st.lists(
    st.tuples(st.sampled_from(_CITIES), st.sampled_from(_SIZES)), min_size=len(_CUSTOMERS), max_size=len(_CUSTOMERS)
)
_some = st.sets(st.sampled_from(_CUSTOMERS), min_size=1)
_handled = st.sampled_from(["win", "update"])
_which = st.integers(0, 1_000)


@dataclass(frozen=True)
class _House:
    """What all examples share: a folder, two colleagues, a tag, a field of the house."""

    folder: Path
    colleagues: tuple[int, ...]
    tag: int
    size_field: int


class _Interleavings(RuleBasedStateMachine):
    """Two customers of a file of their own, so that no example meets another's."""

    house: _House

    @initialize()
    def first_file(self) -> None:
        mark = new_id()
        self.source = f"Shop {mark}"
        self.numbers = [f"c{mark}-{customer}" for customer in _CUSTOMERS]
        self.oracle = _Oracle()
        self.standing: list[Import | Origin] = []
        self._bring([("Lyon", 36)] * len(_CUSTOMERS), Handling())
        members = Membership.objects.filter(record__external_id__in=self.numbers)
        parties = dict(members.values_list("record__external_id", "party_id"))
        self.parties = [parties[number] for number in self.numbers]

    @rule(rows=_rows, city=_handled, size=_handled)
    def import_file(self, rows: list[tuple[str, int]], city: Any, size: Any) -> None:
        row = self._bring(rows, Handling({"city": city, f"own:{self.house.size_field}": size}))
        origin = Origin("import", row.pk)
        for customer, (town, shoe) in enumerate(rows):
            self.oracle.bring(origin, customer, "city", town, wins=city == "win")
            self.oracle.bring(origin, customer, "size", shoe, wins=size == "win")
        self.standing.append(row)

    @rule(customer=st.sampled_from(_CUSTOMERS), values=_values)
    def edit_by_hand(self, customer: int, values: dict[str, Any]) -> None:
        self._edit(Origin("person"), {customer}, values)

    @rule(customers=_some, values=_values)
    def edit_in_bulk(self, customers: set[int], values: dict[str, Any]) -> None:
        origin = Origin("bulk", new_id())
        self._edit(origin, customers, values)
        self.standing.append(origin)

    @rule(which=_which, before=st.booleans(), is_other=st.booleans())
    def put_back(self, which: int, before: bool, is_other: bool) -> None:
        """Any change of any of them, undone or not; ``is_other`` prefers one that held something else than stands."""
        changes = list(Change.objects.filter(party_id__in=self.parties).order_by("pk"))
        told = [(one, *self._held(one, before)) for one in changes]
        some = [row for row in told if row[2] != self.oracle.chains[row[1]].value] if is_other else told
        if not some:
            return
        change, place, value = some[which % len(some)]
        done = restore_value(
            party_id=change.party_id or 0, change_id=change.pk, before=before, by=ALICE, at=timezone.now()
        )
        assert done == self.oracle.say(Origin("restore", change.pk), place, value)

    def _held(self, change: Change, before: bool) -> tuple[Place, Any]:
        place = self._place(change.subject_kind, change.subject_id, change.field)
        return place, self._read(place[1], change.old if before else change.new)

    @precondition(lambda self: self.standing)
    @rule(which=_which, size=st.integers(1, 4))
    def undo_one(self, which: int, size: int) -> None:
        self._undo(self.standing.pop(which % len(self.standing)), size)

    def teardown(self) -> None:
        """Whatever still stands is taken back, the oldest first: the order in which the most is kept."""
        for one in getattr(self, "standing", []):
            self._undo(one, 3)
            self.what_is_stored_is_what_the_rule_says()
            self.what_is_shown_is_what_the_rule_says()

    def _undo(self, one: Import | Origin, size: int) -> None:
        found = self._undone_import(one) if isinstance(one, Import) else self._undone_bulk_edit(one, size)
        assert found == self.oracle.undo(Origin("import", one.pk) if isinstance(one, Import) else one)

    def _undone_import(self, row: Import) -> set[_Kept]:
        undo(row)
        return {
            self._kept(one.subject_kind, one.subject_id, one.field, one.kind, one.ours, one.found)
            for one in Conflict.objects.filter(of_import=row)
        }

    def _undone_bulk_edit(self, origin: Origin, size: int) -> set[_Kept]:
        found: list[Stayed] = []
        while (done := undo_some(origin, size, WRITERS, by=ALICE, at=timezone.now())).undone:
            found += done.conflicts
        return {
            self._kept(one.subject_kind, one.subject_id, one.field, one.reason, one.before, one.found) for one in found
        }

    @invariant()
    def what_is_stored_is_what_the_rule_says(self) -> None:
        stored = self._stored()
        assert stored == {place: chain.value for place, chain in self.oracle.chains.items()}

    @invariant()
    def what_is_shown_is_what_the_rule_says(self) -> None:
        cards = dict(PartyCard.objects.filter(pk__in=self.parties).values_list("pk", "city"))
        shown = [self.oracle.shown(customer, "city") or "" for customer in _CUSTOMERS]
        assert [cards[party] for party in self.parties] == shown

    def _bring(self, rows: Sequence[tuple[str, int]], handling: Handling) -> Import:
        lines = [f"{number};Jean Li;{city};{size}" for number, (city, size) in zip(self.numbers, rows, strict=True)]
        return bring(listed(self.house.folder, "\n".join(lines), head=_HEAD), self.source, handling=handling)

    def _edit(self, origin: Origin, customers: set[int], values: dict[str, Any]) -> None:
        typed = {"city": "city", "size": "own_shoe_size", "owner": "owner", "tag": "tags"}
        edits = []
        for customer in sorted(customers):
            for name, value in values.items():
                edits.append(Edit(self.parties[customer], typed[name], self._typed(name, value)))
                wanted = self.house.colleagues[value] if name == "owner" and value is not None else value
                self.oracle.edit(origin, customer, name, wanted)
        change_customers(edits=edits, origin=origin, by=ALICE, at=timezone.now())

    def _typed(self, name: str, value: Any) -> Any:
        if value is None or value is FROM_SOURCES:
            return value
        return (
            {"owner": self.house.colleagues[value], "tag": [self.house.tag]}[name]
            if name in ("owner", "tag")
            else value
        )

    def _stored(self) -> dict[Place, Any]:
        """Straight from the tables, by no code of the journal's."""
        found: dict[Place, Any] = dict.fromkeys(self.oracle.chains)
        members = Membership.objects.filter(party_id__in=self.parties, until_at=None).select_related("record__source")
        for member in members:
            customer, record = self.parties.index(member.party_id), member.record
            by = "hand" if record.source.key == MANUAL else "file"
            is_emptied = "|city|" in record.emptied
            found[customer, f"city by {by}"] = record.city or ("" if is_emptied else None)
            for value in OwnValue.objects.filter(record=record, field=self.house.size_field):
                found[customer, f"size by {by}"] = "" if value.number is None else value.number // _MILLIONTHS
            if RecordTag.objects.filter(record=record, tag=self.house.tag).exists():
                found[customer, "tag"] = 1
        for party, owner in PartyCard.objects.filter(pk__in=self.parties).values_list("pk", "owner_id"):
            found[self.parties.index(party), "owner"] = owner
        return found

    def _place(self, kind: str, subject: int, name: str) -> Place:
        if kind == "party":
            return self.parties.index(subject), "owner"
        record = Record.objects.select_related("source").get(pk=subject)
        party = Membership.objects.get(record=record, until_at=None).party_id
        told = {"city": "city", f"own:{self.house.size_field}": "size"}.get(name)
        by = "hand" if record.source.key == MANUAL else "file"
        return self.parties.index(party), f"{told} by {by}" if told else "tag"

    def _kept(self, kind: str, subject: int, name: str, why: str, before: str | None, found: str | None) -> _Kept:
        place = self._place(kind, subject, name)
        return _Kept(place, why, self._read(place[1], before), self._read(place[1], found))

    @staticmethod
    def _read(name: str, told: str | None) -> Any:
        value = read_stored(told)
        return value // _MILLIONTHS if name.startswith("size") and isinstance(value, int) else value


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _House:
    monkeypatch.setattr("fleuve.imports.revaluation.enqueue", lambda name, **options: None)
    configure_organisation(name="Rive droite", timezone="Europe/Paris", language="en", by=SYSTEM, at=NOW)
    colleagues = [
        create_user(email=f"{name}@example.org", name=name, role="seller", password=None, by=SYSTEM, at=NOW)
        for name in ("sam", "sue")
    ]
    shoe = OwnField.objects.create(
        key="shoe_size", type="number", label="Shoe size", label_folded="shoe size", created_at=NOW, by_kind="user"
    )
    tag = create_tag(name="Regular", color="blue", by=ALICE, at=NOW)
    return _House(tmp_path, tuple(int(one.pk) for one in colleagues), int(tag.pk), int(shoe.pk))


@pytest.mark.parametrize("examples", [10, pytest.param(80, marks=pytest.mark.full)])
def test_in_any_order_the_chain_decides_and_nothing_newer_is_destroyed(
    examples: int, house: _House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Interleavings, "house", house, raising=False)
    told = settings(
        max_examples=examples, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(_Interleavings, settings=told)
