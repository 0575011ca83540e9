"""Count who opened which customer, from the files in which it was noted; forget it after a year; erase it on demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, F, Q

from fleuve.accounts.actions.notify import notify
from fleuve.accounts.models import User, Viewing
from fleuve.accounts.queries.organisation import organisation
from fleuve.accounts.seeing import Seen
from fleuve.events import record
from fleuve.kernel.principal import SYSTEM, Principal, require

__all__ = ["MANY_A_DAY", "count_viewings", "erase_viewings", "forget_viewings"]

# Whoever opens more customers in a day is not serving them one by one: owners are told, once a day and person.
MANY_A_DAY: Final = 500
_KEPT: Final = timedelta(days=365)
_A_CHUNK: Final = 2_000


def count_viewings(*, seen: Collection[Seen], moment: datetime, by: Principal, at: datetime) -> None:
    """Count the pairs noted in the minute of ``moment``; at most 500 at once.

    Counting a minute again changes nothing: a job that was killed before it deleted the file begins with it anew.
    """
    require(by, "operate")
    day = organisation().today(moment)
    with transaction.atomic():
        of_day = Viewing.objects.filter(
            on=day, user_id__in={one.user_id for one in seen}, party_id__in={one.party_id for one in seen}
        )
        known = {Seen(user, party): pk for pk, user, party in of_day.values_list("pk", "user_id", "party_id")}
        fresh = [one for one in sorted(seen) if one not in known]
        Viewing.objects.bulk_create(
            [Viewing(**one._asdict(), on=day, first_at=moment, last_at=moment) for one in fresh], ignore_conflicts=True
        )
        again = Viewing.objects.filter(pk__in=[known[one] for one in seen if one in known], last_at__lt=moment)
        again.update(times=F("times") + 1, last_at=moment)
        _tell_of_many(Counter(one.user_id for one in fresh), day, at)


def forget_viewings(*, by: Principal, at: datetime) -> int:
    """Delete some of what is older than a year and answer how many; nothing is left when it answers 0."""
    require(by, "operate")
    old = Viewing.objects.filter(on__lt=(at - _KEPT).date()).order_by("on").values_list("pk", flat=True)
    gone, _rows = Viewing.objects.filter(pk__in=list(old[:_A_CHUNK])).delete()
    return gone


def erase_viewings(
    *, party_ids: Collection[int] = (), user_ids: Collection[int] = (), by: Principal, at: datetime
) -> int:
    """Erase who saw these customers and whom these people saw, and answer how many rows; the fact holds no name."""
    require(by, "operate")
    with transaction.atomic():
        about = Q(party_id__in=list(party_ids)) | Q(user_id__in=list(user_ids))
        gone, _rows = Viewing.objects.filter(about).delete()
        if gone:
            record("accounts.viewings_erased", by=by, at=at, data={"rows": gone})
    return gone


def _tell_of_many(fresh: Counter[int], day: date, at: datetime) -> None:
    """Tell owners of whoever passed the line with these rows: the count passes it once a day."""
    counted = Viewing.objects.filter(on=day, user_id__in=list(fresh)).values("user_id").annotate(rows=Count("id"))
    passed = [one["user_id"] for one in counted if one["rows"] - fresh[one["user_id"]] <= MANY_A_DAY < one["rows"]]
    if passed:
        owners = list(User.objects.active_owners().values_list("pk", flat=True))
        for user_id in passed:
            notify(owners, "many_viewings", ("viewer", user_id), SYSTEM, at)
