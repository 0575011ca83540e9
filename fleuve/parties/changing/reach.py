"""Who may write whom, and the lock that every writer takes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from fleuve.kernel.errors import EditedMeanwhile, PermissionRefused
from fleuve.kernel.principal import Principal
from fleuve.parties.changing.edits import SkipReason
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.models import Party, PartyCard
from fleuve.parties.queries import party_of

__all__ = ["beyond", "refuse_beyond", "refuse_record_beyond", "take_versions"]


def beyond(parties: Sequence[int], by: Principal, *, for_import: bool = False) -> dict[int, SkipReason]:
    """Those of these customers that may not be written, each with its reason."""
    owners = dict(PartyCard.objects.visible_to(by).filter(pk__in=parties).values_list("pk", "owner_id"))
    found: dict[int, SkipReason] = {}
    for party in parties:
        if party not in owners:
            found[party] = "missing"
        elif not for_import and not by.is_within(by.write_reach, owners[party]):
            found[party] = "refused"
    return found


def refuse_beyond(parties: Sequence[int], by: Principal) -> None:
    """Raise when one of them is out of reach: unseen looks like missing."""
    found = beyond(parties, by).values()
    if "missing" in found:
        raise UnknownCustomer(_("There is no such customer."))
    if found:
        raise PermissionRefused(
            _("This customer is not yours to change. Ask their owner or a manager of your team."), verb="write"
        )


def refuse_record_beyond(record_id: int, by: Principal) -> None:
    """The same for the customer that a record belongs to; a record that is on no list is judged by the verb alone."""
    party = party_of(record_id)
    if party is not None and PartyCard.objects.filter(pk=party).exists():
        refuse_beyond([party], by)


def take_versions(parties: Sequence[int], expected: Mapping[int, int] | None = None) -> None:
    """Count every customer up by one version: the row's lock on one database, the whole lock on the other.

    Raises ``EditedMeanwhile`` for one that has another version than ``expected``.
    """
    named = expected or {}
    for party, version in sorted(named.items()):
        if not Party.objects.filter(pk=party, version=version).update(version=version + 1):
            stored = Party.objects.values_list("version", flat=True).get(pk=party)
            sentence = _("Somebody saved this customer since you opened it. Nothing of yours was saved yet.")
            raise EditedMeanwhile(sentence, version=stored)
    free = [party for party in parties if party not in named]
    Party.objects.filter(pk__in=free).update(version=F("version") + 1)
