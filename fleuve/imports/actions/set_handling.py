"""Choose what a file may change and whom its customers are compared with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record
from fleuve.imports.errors import WrongState
from fleuve.imports.models import Import, SavedMapping
from fleuve.imports.queries import signature_of
from fleuve.imports.rules import Handling
from fleuve.imports.wording import sentence
from fleuve.kernel.principal import Principal, require

__all__ = ["set_handling"]

_BEFORE = (Import.State.LOOKED_AT, Import.State.CHECKED)


def set_handling(*, row: Import, handling: Handling, by: Principal, at: datetime) -> Import:
    """Store it and remember it for the next file with these columns. The file is to be checked again."""
    require(by, "import")
    stored = handling.to_json()
    with transaction.atomic():
        waiting = Import.objects.filter(pk=row.pk, state__in=_BEFORE)
        if not waiting.update(handling=stored, state=Import.State.LOOKED_AT):
            raise WrongState(sentence("import_state"), state=row.state)
        signature = signature_of([column["name"] for column in row.columns])
        SavedMapping.objects.filter(source=row.source_id, signature=signature).update(handling=stored)
        record("imports.mapping_saved", by=by, at=at, subject=("import", row.pk), data={"source": str(row.source_id)})
    row.refresh_from_db()
    return row
