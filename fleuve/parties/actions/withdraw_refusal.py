"""Withdraw a refusal: the person agreed to be contacted again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.reach import refuse_record_beyond
from fleuve.parties.errors import NotRefused
from fleuve.parties.models import Record, Refusal
from fleuve.parties.queries import parties_sharing, party_of

__all__ = ["withdraw_refusal"]


def withdraw_refusal(*, record: Record, channel: str, by: Principal, at: datetime) -> None:
    """Allow contact on this channel again. The refusal stays in the history with its end.

    Raises ``NotRefused`` when no refusal of this record stands.
    """
    require(by, "write")
    refuse_record_beyond(record.pk, by)
    with transaction.atomic():
        standing = Refusal.objects.filter(record=record, channel=channel, withdrawn_at__isnull=True)
        digests = list(standing.values_list("identifier_hash", flat=True))
        if not standing.update(withdrawn_at=at):
            raise NotRefused(_("This channel is not refused. Nothing was changed."), channel=channel)
        own = party_of(record.pk)
        party_ids = set(parties_sharing(digests)) | ({own} if own else set())
        refresh_cards(party_ids=sorted(party_ids), at=at)
        record_event(
            "parties.refusal_withdrawn",
            by=by,
            at=at,
            subject=("party", own or record.pk),
            data={"record": str(record.pk), "channel": channel},
        )
