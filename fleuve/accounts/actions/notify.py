"""Tell people something that concerns them, inside the transaction of what happened. It is no fact of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from fleuve.accounts.models import Notice, User
from fleuve.kernel.principal import Principal

__all__ = ["notify"]


def notify(user_ids: Iterable[int], kind: str, subject: tuple[str, int | str], by: Principal, at: datetime) -> int:
    """One notice for each of ``user_ids`` who may sign in; nobody is told what they did themselves.

    ``subject`` is (kind, id) as in events. The notice holds no word of it: whoever opens it reads what they may.
    """
    told = User.objects.filter(pk__in=set(user_ids) - {by.user_id}, is_active=True).values_list("pk", flat=True)
    notices = [
        Notice(
            user_id=user_id,
            kind=kind,
            subject_kind=subject[0],
            subject_id=str(subject[1]),
            at=at,
            by_label=by.label,
        )
        for user_id in told
    ]
    Notice.objects.bulk_create(notices)
    return len(notices)
