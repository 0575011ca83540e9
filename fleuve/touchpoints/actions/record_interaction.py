"""Write down a point of contact: a call, an e-mail, a visit, a letter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.reaching import reach_customer
from fleuve.touchpoints.errors import InteractionRefused
from fleuve.touchpoints.models import Interaction

__all__ = ["CHANNELS", "record_interaction"]

# A kind of contact and the channel that it used.
CHANNELS: Final = {"call": "phone", "email": "email", "visit": "", "letter": "post"}
_DIRECTIONS: Final = ("", "in", "out")
_LONGEST_BODY: Final = 20_000
_CLOCKS_DIFFER: Final = timedelta(minutes=5)


def record_interaction(
    *,
    party_id: int,
    kind: str,
    body: str,
    by: Principal,
    at: datetime,
    direction: str = "",
    outcome: str = "",
    happened_at: datetime | None = None,
) -> Interaction:
    """Keep that there was contact, when it ``happened_at`` (now unless told).

    Raises ``InteractionRefused`` for a kind that is no contact, a direction that is none, a text above 20,000 letters
    or a moment that has not come yet.
    """
    customer = reach_customer(party_id, by)
    if customer is None:
        raise UnknownCustomer(_("There is no such customer."))
    require(by, "write", customer)
    when = happened_at or at
    _check(kind, direction, body, when, at)
    day = organisation().today(when)
    with transaction.atomic():
        interaction = Interaction.objects.create(
            record=customer.record,
            kind=kind,
            channel=CHANNELS[kind],
            direction=direction,
            outcome=outcome[:24],
            body=body.strip(),
            at=when,
            recorded_at=at,
            local_day=day,
            local_month=day.year * 100 + day.month,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        data = {"interaction": str(interaction.pk), "kind": kind, "direction": direction}
        record_event("touchpoints.interaction_recorded", by=by, at=at, subject=("party", party_id), data=data)
    return interaction


def _check(kind: str, direction: str, body: str, when: datetime, at: datetime) -> None:
    if kind not in CHANNELS or direction not in _DIRECTIONS:
        raise InteractionRefused(_("A contact is a call, an e-mail, a visit or a letter."), code="no_contact")
    if len(body) > _LONGEST_BODY:
        raise InteractionRefused(_("The text has 20,000 letters at most."), code="text_too_long")
    if when > at + _CLOCKS_DIFFER:
        sentence = _("This moment has not come yet. Add a task for what is still to be done.")
        raise InteractionRefused(sentence, code="in_the_future")
