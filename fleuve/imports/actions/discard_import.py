"""Put a file aside that was not imported."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record
from fleuve.imports.actions.settle_plan import go_on_after_person
from fleuve.imports.errors import WrongState
from fleuve.imports.models import Import, ImportFault
from fleuve.imports.uploads import delete_upload
from fleuve.imports.wording import sentence
from fleuve.kernel.principal import Principal, require

__all__ = ["discard_import"]

_BEFORE = (Import.State.RECEIVED, Import.State.UNREADABLE, Import.State.LOOKED_AT, Import.State.CHECKED)


def discard_import(*, row: Import, by: Principal, at: datetime) -> None:
    """Forget the file; nothing of it was imported."""
    require(by, "import")
    with transaction.atomic():
        waiting = Import.objects.filter(pk=row.pk, state__in=_BEFORE)
        if not waiting.update(state=Import.State.CANCELLED, finished_at=at):
            raise WrongState(sentence("import_state"), state=row.state)
        # Cells that the dry run quoted are personal data of people who are not customers here.
        ImportFault.objects.filter(of_import=row).delete()
        record("imports.import_cancelled", by=by, at=at, subject=("import", row.pk), data={"state": "discarded"})
        go_on_after_person(row)
    delete_upload(row.pk)
