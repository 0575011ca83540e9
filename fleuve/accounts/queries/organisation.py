"""The one organisation, read once a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from fleuve.accounts.models import Organisation

__all__ = [
    "forget_organisation",
    "organisation",
    "remembering_organisation",
    "stored_organisation",
]


@dataclass
class _Memo:
    row: Organisation | None = None
    is_over: bool = False


_memo: ContextVar[_Memo | None] = ContextVar("fleuve_organisation", default=None)


def organisation() -> Organisation:
    """The one organisation; an unsaved default before first start. Read, not changed: see ``stored_organisation``."""
    memo = _memo.get()
    if memo is None or memo.is_over:
        return stored_organisation()
    memo.row = memo.row or stored_organisation()
    return memo.row


def stored_organisation() -> Organisation:
    """The organisation as the database has it now, for whoever changes it."""
    return Organisation.objects.order_by("id").first() or Organisation(created_at=datetime.now(UTC))


@contextmanager
def remembering_organisation() -> Iterator[None]:
    """Read the organisation once for a whole request, which asks for it a dozen times.

    A request that changes it reads anew from then on: nothing outdated is told, not even after a rollback.
    """
    token = _memo.set(_Memo())
    try:
        yield
    finally:
        _memo.reset(token)


def forget_organisation(**_signal: object) -> None:
    """Called when an organisation is saved or deleted in this process."""
    memo = _memo.get()
    if memo is not None:
        memo.is_over = True
