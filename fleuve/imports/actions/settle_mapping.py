"""Settle what the columns stand for, where the file comes from, and the answers that it does not give."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from fleuve.events import record
from fleuve.imports.actions.look_at_file import remapped
from fleuve.imports.errors import WrongState
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.models import Import, SavedMapping
from fleuve.imports.queries import signature_of, source_named
from fleuve.imports.wording import sentence
from fleuve.kernel.principal import Principal, require
from fleuve.parties.models import Source

__all__ = ["settle_mapping", "source_for"]


def settle_mapping(
    *,
    row: Import,
    fields: Sequence[str] | None = None,
    shape: str = "",
    source_name: str,
    answers: Dictionary[str, str],
    by: Principal,
    at: datetime,
) -> Import:
    """Store mapping, source and answers, and remember them for the next file with these columns."""
    require(by, "import")
    if row.state not in (Import.State.LOOKED_AT, Import.State.CHECKED):
        raise WrongState(sentence("import_state"), state=row.state)
    current = Mapping.from_json(row.mapping or {"fields": []})
    wanted = tuple(fields) if fields is not None else current.fields
    if wanted != current.fields or (shape and shape != current.shape):
        row.mapping = remapped(row, wanted, shape).to_json()
    row.answers = {key: str(value).strip() for key, value in answers.items()}
    row.state = Import.State.LOOKED_AT
    with transaction.atomic():
        row.source = source_for(source_name, at)
        row.save()
        SavedMapping.objects.update_or_create(
            source=row.source,
            signature=signature_of([column["name"] for column in row.columns]),
            defaults={"mapping": row.mapping, "answers": row.answers, "handling": row.handling, "used_at": at},
        )
        record("imports.mapping_saved", by=by, at=at, subject=("import", row.pk), data={"source": str(row.source_id)})
    return row


def source_for(name: str, at: datetime) -> Source:
    """The source of that name, made when there is none; in the caller's transaction."""
    name = " ".join(name.split())[:120]
    found = source_named(name)
    if found is not None:
        return found
    base = slugify(name)[:56] or "source"
    key, number = base, 1
    while Source.objects.filter(key=key).exists():
        number += 1
        key = f"{base}-{number}"
    return Source.objects.create(key=key, name=name, created_at=at)
