"""Put tags on customers and take them off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from fleuve.changes.actions import changed
from fleuve.changes.rules import Origin
from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions.change_customers import MOST_PARTIES
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.edits import Changed
from fleuve.parties.changing.reach import refuse_beyond, take_versions
from fleuve.parties.changing.subjects import load_subjects
from fleuve.parties.changing.tags import add_and_remove
from fleuve.parties.changing.targets import target_named
from fleuve.parties.changing.writing import Writing

__all__ = ["tag_customers"]

_PERSON: Final = Origin("person")


def tag_customers(
    *,
    party_ids: Sequence[int],
    add: Sequence[int] = (),
    remove: Sequence[int] = (),
    origin: Origin = _PERSON,
    by: Principal,
    at: datetime,
) -> Changed:
    """Put the tags ``add`` on these customers and take ``remove`` off: what others did meanwhile stays."""
    require(by, "write")
    if len(party_ids) > MOST_PARTIES:
        raise ValueError(f"{MOST_PARTIES} customers at once is the most")
    target, writing = target_named("tags"), Writing(by, at)
    with transaction.atomic():
        refuse_beyond(party_ids, by)
        take_versions(party_ids)
        subjects = load_subjects(party_ids, [target])
        done = [party for party, one in subjects.items() if add_and_remove(writing, one, add, remove)]
        if not done:
            return Changed()
        writing.write()
        event = record_event(
            "parties.customers_tagged",
            by=by,
            at=at,
            subject=("party", done[0]) if len(done) == 1 else None,
            data={"customers": len(done), "added": [str(one) for one in add], "removed": [str(one) for one in remove]},
        )
        changed(writing.told, origin=origin, by=by, at=at, event_id=event.pk)
        refresh_cards(party_ids=done, at=at)
    return Changed(tuple(done), {party: subjects[party].version for party in done})
