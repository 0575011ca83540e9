"""Say what a record stands for when it is not one customer: walk-in sales, staff, a test, a closed company."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.reach import refuse_record_beyond
from fleuve.parties.models import Record
from fleuve.parties.queries import party_of

__all__ = ["set_special"]


def set_special(*, record: Record, special: str, by: Principal, at: datetime) -> bool:
    """Set the record's special state (blank: an ordinary customer); a person's word outlives later detection.

    Returns whether anything changed. The caller asks for a new valuation, as what counts has changed.
    """
    require(by, "write")
    refuse_record_beyond(record.pk, by)
    wanted = Record.Special(special)
    number = F("version") + 1  # counted by the database: two people at once must not meet on one number
    with transaction.atomic():
        changed = (
            Record.objects.filter(pk=record.pk)
            .exclude(special=wanted, special_by="person")
            .update(special=wanted, special_by="person", version=number, updated_at=at)
        )
        if not changed:
            return False
        party = party_of(record.pk)
        refresh_cards(party_ids=[party] if party else [], at=at)
        record_event(
            "parties.parties_changed",
            by=by,
            at=at,
            subject=("party", party or record.pk),
            data={"record": str(record.pk), "special": str(wanted)},
        )
    return True
