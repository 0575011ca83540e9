"""Take back a point of contact that was written down by mistake."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, may, require
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.reaching import Reached, reach_record
from fleuve.touchpoints.actions.record_interaction import CHANNELS
from fleuve.touchpoints.errors import InteractionRefused
from fleuve.touchpoints.models import Interaction

__all__ = ["undo_interaction"]


def undo_interaction(*, interaction_id: int, by: Principal, at: datetime) -> Reached:
    """Take the contact out of its customer's history. Its author may, and whoever leads; twice changes nothing.

    What an import brought goes with the import, a mark on the list to call by its own undo.
    """
    found = Interaction.objects.visible_to(by).filter(pk=interaction_id, kind__in=CHANNELS, import_id=None).first()
    customer = reach_record(found.record_id, by) if found else None
    if found is None or customer is None:
        raise UnknownCustomer(_("There is no such interaction."))
    require(by, "write", customer)
    if (found.by_kind, found.by_id) != (by.kind, by.id) and not may(by, "assign"):
        sentence = _("%(name)s wrote this down. Only they or whoever leads the team may take it back.")
        raise InteractionRefused(sentence % {"name": found.by_label}, code="not_theirs")
    with transaction.atomic():
        if Interaction.objects.filter(pk=interaction_id, undone_at__isnull=True).update(undone_at=at):
            data = {"interaction": str(interaction_id), "kind": found.kind}
            subject = ("party", customer.party_id)
            record_event("touchpoints.interaction_undone", by=by, at=at, subject=subject, data=data)
    return customer
