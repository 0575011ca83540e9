"""Take back a value that undoing an import had left as it found it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from fleuve.changes.actions import changed
from fleuve.changes.rules import Edited, Origin
from fleuve.events import record
from fleuve.imports.conflicts import place_of
from fleuve.imports.errors import WrongState
from fleuve.imports.models import Conflict
from fleuve.imports.revaluation import ask_for_revaluation
from fleuve.imports.undoing import WRITERS, month_of
from fleuve.imports.wording import sentence
from fleuve.kernel.principal import Principal, require
from fleuve.parties.models import Record

__all__ = ["take_back_value"]


def take_back_value(*, conflict: Conflict, by: Principal, at: datetime) -> Conflict:
    """Write what the undo would have written. What was found stays in the history, from which it can be restored.

    ``WrongState`` when the value has changed since the page was drawn: what is shown is what is decided about.
    """
    require(by, "import")
    kind, subject, field, value = place_of(conflict)
    writer = WRITERS[kind]
    with transaction.atomic():
        open_one = Conflict.objects.filter(pk=conflict.pk, taken_back_at__isnull=True)
        if not open_one.update(taken_back_at=at, taken_back_by_label=by.label[:120]):
            raise WrongState(sentence("value_moved_on"), code="value_moved_on")
        writer.hold([subject])
        stored = writer.stored([(subject, field)])
        if (subject, field) not in stored or stored[subject, field] != conflict.found:
            raise WrongState(sentence("value_moved_on"), code="value_moved_on")
        months = month_of(kind, subject)
        writer.write([(subject, field, value)], at=at)
        edit = Edited(kind, subject, field, conflict.found, value, _number(kind, subject, at), conflict.party_id)
        changed([edit], origin=Origin("restore", conflict.of_import_id), by=by, at=at)
        months |= month_of(kind, subject)
        about = ("party", conflict.party_id) if conflict.party_id else ("import", conflict.of_import_id)
        record("parties.values_restored", by=by, at=at, subject=about, data={"values": 1})
        if months:
            record("touchpoints.purchases_changed", by=by, at=at, subject=about, data={"months": sorted(months)})
            ask_for_revaluation(by=by)
    conflict.refresh_from_db()
    return conflict


def _number(kind: str, subject: int, at: datetime) -> int:
    """The place of the change in its chain: the version that it gives a record; 0 for what has none."""
    if kind != "record":
        return 0
    Record.objects.filter(pk=subject).update(version=F("version") + 1, updated_at=at)
    return Record.objects.values_list("version", flat=True).get(pk=subject)
