"""A small house for trying every page as everybody: its people, its teams, and one customer of each kind of owner.

Sam and Sue sell in North, Max manages North, Cléo sells in South, Ann is an agent, Lee an analyst, Ray reads, Alice
owns the workspace. There is a customer of Sam, one of Sue, one of Cléo, one of nobody, one of Sam in the trash; each
has a note, a file, a task, a call, a mark of the call list and an alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from fleuve.accounts.actions import configure_organisation, create_team, create_user, join_team
from fleuve.accounts.models import User
from fleuve.alerts.models import Alert, Run
from fleuve.changes.models import Change
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.notes.actions import add_file, remove_file, remove_note, write_note
from fleuve.parties.actions import change_customers
from fleuve.parties.changing.edits import Edit
from fleuve.parties.models import Membership, PartyCard, Tie
from fleuve.parties.tests.cast import customer
from fleuve.tasks.actions import add_task, remove_task
from fleuve.touchpoints.actions import record_interaction
from fleuve.touchpoints.models import Interaction

__all__ = ["HOLDERS", "PEOPLE", "World", "build_world"]

# Everybody with their role and their team.
PEOPLE: Mapping[str, tuple[str, str]] = {
    "Alice": ("owner", ""),
    "Max": ("manager", "North"),
    "Sam": ("seller", "North"),
    "Sue": ("seller", "North"),
    "Cléo": ("seller", "South"),
    "Ann": ("agent", ""),
    "Lee": ("analyst", ""),
    "Ray": ("reader", ""),
}
HOLDERS = ("Sam", "Sue", "Cléo", "nobody", "trash", "missing")
_MISSING = 1


@dataclass
class World:
    """The numbers of everything, by who looks after the customer it belongs to."""

    users: dict[str, User] = field(default_factory=dict)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)

    def number(self, parameter: str, holder: str) -> int:
        """What stands at ``parameter`` of an address for the customer of ``holder``; nothing has the missing number."""
        return _MISSING if holder == "missing" else self.numbers[parameter][holder]


def build_world() -> World:
    """Make the house in the database."""
    now = timezone.now()
    configure_organisation(name="Rive droite", timezone="Europe/Paris", language="en", by=SYSTEM, at=now)
    world = World(users=_people(now))
    for holder in HOLDERS[:-1]:
        _customer(world, holder, now)
    trashed = world.numbers["party_id"]["trash"]
    PartyCard.objects.filter(pk=trashed).update(is_removed=True)
    return world


def _people(now: datetime) -> dict[str, User]:
    teams = {name: create_team(name=name, by=SYSTEM, at=now) for name in ("North", "South")}
    users: dict[str, User] = {}
    for name, (role, team) in PEOPLE.items():
        email = f"{name.lower().replace('é', 'e')}@example.org"
        users[name] = create_user(email=email, name=name, role=role, password=None, by=SYSTEM, at=now)
        if team:
            join_team(team=teams[team], user=users[name], by=SYSTEM, at=now)
    return users


def _customer(world: World, holder: str, now: datetime) -> None:
    owner = world.users.get("Sam" if holder == "trash" else holder)
    principal = owner.principal if owner else None
    party = customer(
        f"number-{holder}", owner=principal, email=f"{holder.lower()[:2]}@customers.example", name=f"Of {holder}"
    )
    record = Membership.objects.get(party_id=party).record
    call = record_interaction(party_id=party, kind="call", body="Rang", direction="out", by=SYSTEM, at=now)
    by = principal or SYSTEM
    removed = {
        "removed_note_id": write_note(party_id=party, body="Dislikes tea", by=by, at=now).pk,
        "removed_file_id": add_file(party_id=party, name="old.txt", blocks=[b"Outdated"], by=by, at=now).pk,
        "removed_task_id": add_task(title="Call never", party_id=party, by=by, at=now).pk,
    }
    remove_note(note_id=removed["removed_note_id"], by=by, at=now)
    remove_file(file_id=removed["removed_file_id"], by=by, at=now)
    remove_task(task_id=removed["removed_task_id"], by=by, at=now)
    made = removed | {
        "party_id": party,
        "record_id": record.pk,
        "note_id": write_note(party_id=party, body="Likes tea", by=by, at=now).pk,
        "file_id": add_file(party_id=party, name="offer.txt", blocks=[b"An offer"], by=by, at=now).pk,
        "task_id": add_task(title="Call back", party_id=party, by=SYSTEM, at=now).pk,
        "interaction_id": call.pk,
        "mark_id": _mark(record.pk, now).pk,
        "alert_id": _alert(party, now).pk,
        "tie_id": _tie(record.pk, holder, principal, now).pk,
        "change_id": _change(party, now).pk,
    }
    for parameter, number in made.items():
        world.numbers.setdefault(parameter, {})[holder] = number


def _mark(record_id: int, now: datetime) -> Interaction:
    return Interaction.objects.create(
        record_id=record_id,
        kind=Interaction.Kind.CALL_MARK,
        outcome="called",
        at=now,
        recorded_at=now,
        local_day=now.date(),
        local_month=now.year * 100 + now.month,
        by_kind="system",
        by_id="system",
        by_label="Fleuve",
    )


def _alert(party: int, now: datetime) -> Alert:
    by = {"by_kind": "system", "by_id": "system", "by_label": "Fleuve"}
    run = Run.objects.first() or Run.objects.create(
        as_of=now.date(), state=Run.State.JUDGED, per_year_bp=1000, started_at=now, finished_at=now, **by
    )
    return Alert.objects.create(
        party_id=party,
        kind=Alert.Kind.SILENCE,
        since_on=date(2026, 1, 1),
        raised_on=now.date() - timedelta(days=1),
        first_run=run,
        run=run,
        at_stake=5000,
        facts={"usual_gap": 34.0, "silence": 81, "fires_at": 70, "gaps": 7, "chance": 0.1, "rhythm": "regular"},
    )


def _tie(record_id: int, holder: str, principal: Principal | None, now: datetime) -> Tie:
    """A tie to another customer of the same owner, so that both ends are seen or neither."""
    partner = customer(f"partner-{holder}", owner=principal, name=f"Partner of {holder}")
    other = Membership.objects.get(party_id=partner).record
    by = {"by_kind": "system", "by_id": "system", "by_label": "Fleuve"}
    return Tie.objects.create(from_record_id=record_id, to_record=other, kind="works_for", at=now, **by)


def _change(party: int, now: datetime) -> Change:
    change_customers(edits=[Edit(party, "city", "Lille")], by=SYSTEM, at=now)
    found: Change = Change.objects.filter(party_id=party).latest("pk")
    return found
