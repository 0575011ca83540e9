"""Take a mark on the call list back; the customer returns to the list."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.parties.changing.reach import refuse_record_beyond
from fleuve.parties.models import PartyCard
from fleuve.parties.queries import party_of
from fleuve.touchpoints.models import Interaction
from fleuve.value.errors import NotOnRecord

__all__ = ["undo_call_mark"]


def undo_call_mark(*, interaction_id: int, by: Principal, at: datetime) -> None:
    """Undo one mark; undoing it again changes nothing."""
    require(by, "write")
    seen: QuerySet[Interaction] = Interaction.objects.visible_to(by)
    marks = seen.filter(pk=interaction_id, kind=Interaction.Kind.CALL_MARK)
    mark = marks.first()
    if mark is None or not PartyCard.objects.visible_to(by).filter(pk=party_of(mark.record_id)).exists():
        raise NotOnRecord(_("This mark does not exist. Go back to the list."), interaction=interaction_id)
    refuse_record_beyond(mark.record_id, by)
    with transaction.atomic():
        if not marks.filter(undone_at__isnull=True).update(undone_at=at):
            return
        data = {"interaction": str(mark.pk), "outcome": mark.outcome, "undone": True}
        record("value.call_marked", by=by, at=at, subject=("party", party_of(mark.record_id) or ""), data=data)
