"""Write a fact in the transaction that makes it true, and tell whoever listens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from fleuve.events.catalog import fact_named
from fleuve.events.listening import listeners_of
from fleuve.events.models import Event, EventValues, Outbox
from fleuve.events.rules import check_data, values_digest
from fleuve.kernel.correlation import current_request_id
from fleuve.kernel.principal import Principal

__all__ = ["record"]


def record(
    name: str,
    *,
    by: Principal,
    at: datetime,
    subject: tuple[str, int | str] | None = None,
    data: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Event:
    """Record the fact ``name``.

    ``subject`` is (kind, id), as in ``("import", 42)``. ``data`` holds ids, counts and codes only: it stays for ever.
    ``values`` holds what was personal about the change, ``{"name": ["old", "new"]}``, and can be erased.
    """
    fact_named(name)
    check_data(data or {})
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"record({name!r}) belongs in the transaction of the change that it tells")
    kind, subject_id = subject or ("", "")
    salt = secrets.token_hex(16) if values else ""
    event = Event(
        name=name,
        at=at,
        **by.as_columns(),
        subject_kind=kind,
        subject_id=str(subject_id),
        data=dict(data or {}),
        values_digest=values_digest(salt, values) if values else "",
        request_id=current_request_id(),
    )
    event.save(force_insert=True)
    if values:
        EventValues(event=event, salt=salt, values=dict(values)).save(force_insert=True)
    _tell(event)
    return event


def _tell(event: Event) -> None:
    for listener in listeners_of(event.name, "same_transaction").values():
        listener(event)
    later = listeners_of(event.name, "after_commit")
    if later:
        Outbox.objects.bulk_create(Outbox(event=event, listener=key) for key in later)
