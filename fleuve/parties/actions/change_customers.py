"""The one writer of what people and programs say of customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NoReturn

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.changes.actions import changed
from fleuve.changes.rules import Origin
from fleuve.events import record as record_event
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.edits import (
    FROM_SOURCES,
    Changed,
    Edit,
    Skipped,
    SkipReason,
    Target,
    targets_of,
    told_plainly,
)
from fleuve.parties.changing.reach import beyond, refuse_beyond, take_versions
from fleuve.parties.changing.saying import say
from fleuve.parties.changing.subjects import Subject, load_subjects
from fleuve.parties.changing.writing import Writing
from fleuve.parties.models import Party

__all__ = ["FROM_SOURCES", "MOST_PARTIES", "Changed", "Edit", "Origin", "Skipped", "change_customers"]

MOST_PARTIES: Final = 500
_PERSON: Final = Origin("person")
_SET_WISE: Final = ("bulk", "import")


def change_customers(
    *,
    edits: Sequence[Edit],
    expected: Mapping[int, int] | None = None,
    origin: Origin = _PERSON,
    by: Principal,
    at: datetime,
) -> Changed:
    """Write these edits, at most 500 customers at once, with journal, list rows and event in one transaction.

    ``expected`` names the version from which each customer was edited: ``EditedMeanwhile`` hands back what stands now
    when somebody saved since. What is said by hand goes to the customer's manual record and stands above every source.
    A customer out of reach is refused (``UnknownCustomer``, ``PermissionRefused``), and skipped where the origin is a
    set that was chosen earlier (bulk edits, imports).
    """
    require(by, "import" if origin.kind == "import" else "write")
    parties = sorted({edit.party_id for edit in edits})
    if len(parties) > MOST_PARTIES:
        raise ValueError(f"{len(parties)} customers at once: {MOST_PARTIES} is the most that one transaction writes")
    targets = targets_of((edit.key for edit in edits), by)
    if "owner" in {target.place for target in targets.values()}:
        require(by, "assign")
    asked = [(edit, targets[edit.key].checked(edit.value)) for edit in edits]
    with transaction.atomic():
        refused = _refused(parties, origin, by)
        within = [party for party in parties if party not in refused]
        _take_versions(within, expected or {}, targets)
        subjects = load_subjects(within, targets.values())
        skipped = [
            Skipped(edit.party_id, edit.key, refused[edit.party_id]) for edit in edits if edit.party_id in refused
        ]
        writing = Writing(by, at, organisation().timezone)
        done = _written([one for one in asked if one[0].party_id in subjects], targets, subjects, writing, skipped)
        _tell(done, list(targets), subjects, writing, origin)
    versions = {party: subjects[party].version for party in done}
    return Changed(tuple(done), versions, tuple(skipped))


def _refused(parties: Sequence[int], origin: Origin, by: Principal) -> dict[int, SkipReason]:
    """The customers to be skipped; for one person's form a refusal instead."""
    if origin.kind not in _SET_WISE:
        refuse_beyond(parties, by)
        return {}
    return beyond(parties, by, for_import=origin.kind == "import")


def _take_versions(parties: Sequence[int], expected: Mapping[int, int], targets: Mapping[str, Target]) -> None:
    """Take the next version of each customer: the lock of every writer, and the question whether somebody was first."""
    for party, version in sorted(expected.items()):
        if party in parties and not Party.objects.filter(pk=party, version=version).update(version=version + 1):
            _refuse_late(party, targets)
    free = [party for party in parties if party not in expected]
    take_versions(free)


def _refuse_late(party: int, targets: Mapping[str, Target]) -> NoReturn:
    subject = load_subjects([party], targets.values())[party]
    raise EditedMeanwhile(
        _("Somebody saved this customer since you opened it. Nothing of yours was saved yet."),
        version=subject.version,
        theirs={key: subject.shown(target) for key, target in targets.items()},
    )


def _written(
    asked: Sequence[tuple[Edit, Any]],
    targets: Mapping[str, Target],
    subjects: Mapping[int, Subject],
    writing: Writing,
    skipped: list[Skipped],
) -> list[int]:
    """Say every edit, write the tables; returns the customers that changed."""
    done: dict[int, None] = {}
    for edit, value in asked:
        subject, target = subjects[edit.party_id], targets[edit.key]
        before = subject.shown(target)
        if say(writing, subject, target, value):
            done[edit.party_id] = None
            writing.shown[edit.key] = (before, subject.shown(target))
        else:
            skipped.append(Skipped(edit.party_id, edit.key, "unchanged"))
    idle = [party for party in subjects if party not in done]
    Party.objects.filter(pk__in=idle).update(version=F("version") - 1)
    writing.write()
    return sorted(done)


def _tell(
    done: Sequence[int], keys: Sequence[str], subjects: Mapping[int, Subject], writing: Writing, origin: Origin
) -> None:
    """Event, journal, list rows: all in the caller's transaction."""
    if not done:
        return
    is_single = len(done) == 1
    event = record_event(
        "parties.customer_changed",
        by=writing.by,
        at=writing.at,
        subject=("party", done[0]) if is_single else None,
        data={"customers": len(done), "fields": sorted(keys), "origin": origin.kind, "origin_id": origin.id},
        values={key: [told_plainly(one) for one in pair] for key, pair in writing.shown.items()} if is_single else None,
    )
    changed(writing.told, origin=origin, by=writing.by, at=writing.at, event_id=event.pk)
    refresh_cards(party_ids=done, at=writing.at)
