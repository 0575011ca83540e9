"""Give a field the value that it had after one of its changes, or before it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.changes.actions import changed
from fleuve.changes.models import Change
from fleuve.changes.rules import Edited, Origin
from fleuve.events import record as record_event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal, may_change, require
from fleuve.parties import writers
from fleuve.parties.changing.reach import refuse_beyond
from fleuve.parties.errors import PartiesError
from fleuve.parties.history import attribute_of
from fleuve.parties.models import Party, Record

__all__ = ["restore_value"]


def restore_value(*, party_id: int, change_id: int, before: bool = False, by: Principal, at: datetime) -> bool:
    """Write what the field held after this change (``before``: what it held before it); a new change of its own.

    Returns whether anything changed. Tags in the trash and fields in the trash are not restored by this.
    """
    require(by, "write")
    change = Change.objects.filter(pk=change_id, party_id=party_id).first()
    writer = writers.WRITERS.get(change.subject_kind) if change else None
    attribute = attribute_of(change.field, by) if change else None
    if change is None or writer is None or attribute is None or change.field == "created":
        raise PartiesError(_("This change cannot be restored: what it was about is gone."), code="not_restorable")
    if not may_change(by, attribute.key):
        raise PermissionRefused(_("Your role may see this field but not change it."), code="field_closed")
    if attribute.kept_in == "owner":
        require(by, "assign")
    place = (change.subject_id, change.field)
    wanted = change.old if before else change.new
    with transaction.atomic():
        refuse_beyond([party_id], by)
        writer.hold([change.subject_id])
        stored = writer.stored([place])
        if place not in stored or stored[place] == wanted:
            return False
        writer.write([(*place, wanted)], at=at)
        event = record_event(
            "parties.values_restored",
            by=by,
            at=at,
            subject=("party", party_id),
            data={"change": str(change.pk), "fields": [attribute.key]},
        )
        told = Edited(change.subject_kind, *place, stored[place], wanted, _number(change), party_id)
        changed([told], origin=Origin("restore", change.pk), by=by, at=at, event_id=event.pk)
    return True


def _number(change: Change) -> int:
    model = Record if change.subject_kind == "record" else Party
    if change.field.startswith("tag:"):
        number = Party.objects.filter(pk=change.party_id or 0).values_list("version", flat=True).first()
    else:
        number = model._default_manager.filter(pk=change.subject_id).values_list("version", flat=True).first()
    return int(number or 0)
