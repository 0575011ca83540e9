"""Take a file in: keep it in the data folder until it is imported or refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePath

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.events import record
from fleuve.imports.errors import ExampleIsComplete
from fleuve.imports.models import Import, Plan
from fleuve.imports.uploads import delete_upload, store_upload
from fleuve.kernel.ids import new_id
from fleuve.kernel.principal import Principal, require

__all__ = ["receive_file"]


def receive_file(
    *,
    file_name: str,
    blocks: Iterable[bytes],
    plan: Plan | None = None,
    is_simulated: bool = False,
    by: Principal,
    at: datetime,
) -> Import:
    """Store the bytes as they come and open an import for them. A file beyond the limit leaves nothing behind.

    One that a ``plan`` brings belongs to the plan's source, and comes once. Raises ``ExampleIsComplete`` in the
    example's data folder once the example itself has been imported.
    """
    require(by, "import")
    if organisation().is_example and Import.objects.filter(state=Import.State.IMPORTED).exists():
        raise ExampleIsComplete(
            _("This is the example's data folder. Start “fleuve serve” for files of your own: the two never mix.")
        )
    import_id = new_id()
    size, digest = store_upload(import_id, blocks)
    with _kept_or_deleted(import_id), transaction.atomic():
        row = Import.objects.create(
            id=import_id,
            file_name=PurePath(file_name.replace("\\", "/")).name[-240:] or "file",
            file_size=size,
            file_digest=digest,
            plan=plan,
            source=plan.source if plan else None,
            is_simulated=is_simulated,
            received_at=at,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        record(
            "imports.file_received", by=by, at=at, subject=("import", import_id), data={"size": size, "sha256": digest}
        )
    return row


@contextmanager
def _kept_or_deleted(import_id: int) -> Iterator[None]:
    """A plan brings a file once: of two attempts the second leaves nothing."""
    try:
        yield
    except IntegrityError:
        delete_upload(import_id)
        raise
