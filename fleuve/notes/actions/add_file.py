"""Attach a file to a customer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.notes.models import File
from fleuve.notes.queries import customer_or_refuse
from fleuve.notes.rules import safe_name
from fleuve.notes.storage import room_left, store
from fleuve.search.actions import refresh

__all__ = ["add_file"]


def add_file(*, party_id: int, name: str, blocks: Iterable[bytes], by: Principal, at: datetime) -> File:
    """Keep the bytes and attach them under ``name``.

    Raises ``FileRefused`` when the file is empty, above 25 MB, or when the workspace's two gigabytes are full. The
    bytes are on disk before the row: what the row names is always there.
    """
    customer = customer_or_refuse(party_id, by)
    require(by, "write", customer)
    stored = store(blocks, room=room_left())
    with transaction.atomic():
        file = File.objects.create(
            record=customer.record,
            name=safe_name(name),
            media_type=stored.media_type,
            size=stored.size,
            sha256=stored.sha256,
            at=at,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        refresh("file", [file.pk], at=at)
        record_event(
            "notes.file_added",
            by=by,
            at=at,
            subject=("file", file.pk),
            data={"party": str(party_id), "size": stored.size, "sha256": stored.sha256},
        )
    return file
