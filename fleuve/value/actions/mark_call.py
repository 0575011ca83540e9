"""Note what became of a customer on the list of those to call first."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.parties.changing.reach import refuse_record_beyond
from fleuve.parties.models import PartyCard
from fleuve.parties.queries import records_of
from fleuve.touchpoints.models import Interaction
from fleuve.value.errors import NotOnRecord, ValueRefused

__all__ = ["OUTCOMES", "mark_call"]

OUTCOMES: Final = ("called", "not_now", "wrong")


def mark_call(*, party_id: int, outcome: str, by: Principal, at: datetime) -> Interaction:
    """Mark a customer ``called``, ``not_now`` or ``wrong`` (should not be on the list).

    The mark is an interaction of the customer's first record; a later mark stands before an earlier one, and each can
    be undone.
    """
    require(by, "write")
    if outcome not in OUTCOMES:
        raise ValueRefused(_("A customer on the list can be marked called, not now, or wrong."), outcome=outcome)
    records = records_of(party_id, by)
    if not records or not PartyCard.objects.visible_to(by).filter(pk=party_id).exists():
        raise NotOnRecord(_("There is no customer with this number any more. Go back to the list."), party=party_id)
    refuse_record_beyond(records[0].pk, by)
    day = organisation().today(at)
    with transaction.atomic():
        mark = Interaction.objects.create(
            record=records[0],
            kind=Interaction.Kind.CALL_MARK,
            channel="phone",
            direction="out",
            outcome=outcome,
            at=at,
            recorded_at=at,
            local_day=day,
            local_month=day.year * 100 + day.month,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        data = {"interaction": str(mark.pk), "outcome": outcome}
        record("value.call_marked", by=by, at=at, subject=("party", party_id), data=data)
    return mark
