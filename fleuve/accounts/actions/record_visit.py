"""Write down that someone came in or went out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.accounts.models import User
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["record_sign_in", "record_sign_out"]


def record_sign_in(*, user: User, way: str, by: Principal, at: datetime) -> None:
    """``way`` is ``password`` or the purpose of the link that let them in."""
    require(by, "read")
    with transaction.atomic():
        record("accounts.user_signed_in", by=by, at=at, subject=("user", user.pk), data={"way": way})


def record_sign_out(*, user: User, by: Principal, at: datetime) -> None:
    """They left by themselves; a session that ran out leaves no fact."""
    require(by, "read")
    with transaction.atomic():
        record("accounts.user_signed_out", by=by, at=at, subject=("user", user.pk))
