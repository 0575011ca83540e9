"""Put customers into the trash, take them out again, and empty it when their days are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.events import record as record_event
from fleuve.kernel.principal import SYSTEM, Principal, require
from fleuve.parties.actions.refresh_cards import refresh_cards
from fleuve.parties.changing.reach import refuse_beyond, take_versions
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.hanging import held_records
from fleuve.parties.models import Membership, Party, PartyCard, Record, Removal, Tag, Tie

__all__ = ["DAYS_IN_TRASH", "purge_removed", "remove_customers", "restore_customers"]

DAYS_IN_TRASH: Final = 30
_CHUNK: Final = 200


def remove_customers(
    *,
    party_ids: Sequence[int],
    reason: str = "",
    expected: Mapping[int, int] | None = None,
    by: Principal,
    at: datetime,
) -> int:
    """Put customers into the trash: no list, search or figure per customer shows them; nothing of theirs is lost.

    ``expected`` names the version that was looked at before: ``EditedMeanwhile`` when somebody saved since.
    """
    require(by, "bulk" if len(party_ids) > 1 else "write")
    with transaction.atomic():
        refuse_beyond(party_ids, by)
        take_versions(party_ids, expected)
        there = set(Removal.objects.filter(party__in=party_ids, until_at=None).values_list("party_id", flat=True))
        new = [party for party in sorted(set(party_ids)) if party not in there]
        purge_on = organisation().today(at) + timedelta(days=DAYS_IN_TRASH)
        Removal.objects.bulk_create(
            Removal(
                party_id=party, at=at, reason=reason[:120], purge_on=purge_on, by_kind=by.kind, by_id=by.id,
                by_label=by.label,
            )
            for party in new
        )  # fmt: skip
        if new:
            refresh_cards(party_ids=new, at=at)
            subject = ("party", new[0]) if len(new) == 1 else None
            record_event("parties.customer_removed", by=by, at=at, subject=subject, data={"customers": len(new)})
    return len(new)


def restore_customers(*, party_ids: Sequence[int], by: Principal, at: datetime) -> int:
    """Take customers out of the trash, as they were."""
    require(by, "bulk" if len(party_ids) > 1 else "write")
    with transaction.atomic():
        mine = set(PartyCard.objects.in_trash(by).filter(pk__in=party_ids).values_list("pk", flat=True))
        if mine != set(party_ids):
            raise UnknownCustomer(_("There is no such customer in the trash."))
        take_versions(party_ids)
        Removal.objects.filter(party__in=party_ids, until_at=None).update(until_at=at)
        refresh_cards(party_ids=sorted(mine), at=at)
        subject = ("party", party_ids[0]) if len(party_ids) == 1 else None
        record_event("parties.customer_restored", by=by, at=at, subject=subject, data={"customers": len(mine)})
    return len(mine)


def purge_removed(*, by: Principal = SYSTEM, at: datetime) -> dict[str, int]:
    """Delete what was in the trash for its days: ties, tags, and customers on whom nothing hangs.

    A customer with purchases, notes or files stays in the trash for good: their figures belong to the books.
    """
    require(by, "operate")
    today = organisation().today(at)
    over = at - timedelta(days=DAYS_IN_TRASH)
    with transaction.atomic():
        ties, _each = Tie.objects.filter(removed_at__lt=over).delete()
        tags = _purge_tags(over)
        due = Removal.objects.filter(until_at=None, purge_on__lte=today).order_by("purge_on", "id")
        customers = _purge_customers(list(due.values_list("party_id", flat=True)[:_CHUNK]))
        counts = {"ties": ties, "tags": tags, "customers": customers}
        if any(counts.values()):
            record_event("parties.removed_purged", by=by, at=at, data=counts)
    return counts


def _purge_tags(over: datetime) -> int:
    gone = list(Tag.objects.filter(removed_at__lt=over))
    for tag in gone:
        tag.record_tags.all().delete()
        tag.delete()
    return len(gone)


def _held(records: Sequence[int]) -> set[int]:
    """Records that another module knows: what it registered, and whatever table of its own points at them."""
    held = held_records(records)
    for relation in Record._meta.related_objects:
        if relation.related_model._meta.app_label != Record._meta.app_label:
            rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": list(records)})
            held.update(rows.values_list(relation.field.attname, flat=True))
    return held


def _purge_customers(parties: Sequence[int]) -> int:
    open_ones = Membership.objects.filter(party_id__in=parties)
    of_party = dict(open_ones.values_list("record_id", "party_id"))
    held = {of_party[record] for record in _held(list(of_party)) if record in of_party}
    gone = [party for party in parties if party not in held]
    records = [record for record, party in of_party.items() if party in gone]
    Record.objects.filter(pk__in=records).delete()
    Party.objects.filter(pk__in=gone).delete()
    return len(gone)
