"""Record that someone does not want to be contacted on a channel."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.reach import refuse_record_beyond
from fleuve.parties.errors import AlreadyRefused
from fleuve.parties.models import ContactDetail, Record, Refusal
from fleuve.parties.queries import parties_sharing, party_of

__all__ = ["record_refusal"]


def record_refusal(*, record: Record, channel: str, reason: str, by: Principal, at: datetime) -> Refusal:
    """Stop every contact on this channel, for this record and for all that share its address.

    Raises ``AlreadyRefused`` when a refusal stands already (also when two ask at once).
    """
    require(by, "write")
    refuse_record_beyond(record.pk, by)
    details = ContactDetail.objects.filter(record=record, channel=channel).exclude(identifier_hash="").order_by("id")
    digest = details.values_list("identifier_hash", flat=True).first() or ""
    try:
        with transaction.atomic():
            refusal = Refusal.objects.create(
                record=record,
                channel=channel,
                identifier_hash=digest,
                at=at,
                recorded_at=at,
                origin="person",
                reason=reason[:120],
                by_kind=by.kind,
                by_id=by.id,
                by_label=by.label,
            )
            own = party_of(record.pk)
            party_ids = set(parties_sharing([digest])) | ({own} if own else set())
            refresh_cards(party_ids=sorted(party_ids), at=at)
            record_event(
                "parties.refusal_recorded",
                by=by,
                at=at,
                subject=("party", own or record.pk),
                data={"record": str(record.pk), "channel": channel},
            )
    except IntegrityError as error:
        raise AlreadyRefused(_("This channel is already refused. Nothing was changed."), channel=channel) from error
    return refusal
