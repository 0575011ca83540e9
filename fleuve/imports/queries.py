"""Reads of imports."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice

from fleuve.accounts.models import Organisation
from fleuve.imports.errors import UnknownImport
from fleuve.imports.mapping.questions import Known
from fleuve.imports.models import Import, Plan, SavedMapping
from fleuve.imports.plan_wording import plan_sentence
from fleuve.imports.reading import Cell
from fleuve.imports.reading.vocabulary import normal_name
from fleuve.imports.wording import sentence
from fleuve.parties.models import Source

__all__ = [
    "batches",
    "brought_before",
    "import_of_id",
    "known_before",
    "plan_of_name",
    "remembered_mapping",
    "signature_of",
    "source_named",
]

_COUNTRIES = {"fr": "FR", "en": "GB"}
_ZONES = {
    "Europe/Paris": "FR",
    "Europe/London": "GB",
    "Europe/Brussels": "BE",
    "Europe/Zurich": "CH",
    "Europe/Madrid": "ES",
}


def signature_of(columns: Sequence[str]) -> str:
    """A digest of column names, alike for files of one export whatever their capitals and accents."""
    return hashlib.sha256("\n".join(normal_name(column) for column in columns).encode()).hexdigest()


def remembered_mapping(columns: Sequence[str], source_id: int | None = None) -> SavedMapping | None:
    """How the last file with these columns was understood; with a ``source_id``, the last of that source."""
    found = SavedMapping.objects.filter(signature=signature_of(columns)).select_related("source")
    if source_id is not None:
        found = found.filter(source=source_id)
    return found.order_by("-used_at").first()


def known_before(organisation: Organisation) -> Known:
    """What is known without a file: the reporting currency, and a likely country for phone numbers."""
    country = _ZONES.get(organisation.timezone) or _COUNTRIES.get(organisation.language, "")
    return Known(organisation.currency, country)


def source_named(name: str) -> Source | None:
    """The source of that name, whatever its capitals."""
    return Source.objects.filter(name__iexact=name).order_by("id").first()


def import_of_id(import_id: int) -> Import:
    """The import of this id; ``UnknownImport`` with its sentence when there is none."""
    found = Import.objects.select_related("source").filter(pk=import_id).first()
    if found is None:
        raise UnknownImport(sentence("unknown_import", {"id": import_id}), id=str(import_id))
    return found


def brought_before(plan: Plan, digest: str) -> Import | None:
    """The import of this very file: by the plan, whatever became of it, or by hand for the same source."""
    same = Import.objects.filter(file_digest=digest)
    done = (Import.State.QUEUED, Import.State.RUNNING, Import.State.IMPORTED)
    by_hand = same.filter(source=plan.source_id, state__in=done)
    return same.filter(plan=plan).first() or by_hand.order_by("-received_at").first()


def plan_of_name(name: str) -> Plan:
    """The standing plan of this name, whatever its capitals; ``UnknownImport`` with its sentence when there is none."""
    found = Plan.objects.standing().select_related("source").filter(name__iexact=name).first()
    if found is None:
        raise UnknownImport(plan_sentence("unknown_plan", {"name": name}), code="unknown_plan", name=name)
    return found


def batches(rows: Iterator[tuple[int, list[Cell]]], size: int) -> Iterator[list[tuple[int, list[Cell]]]]:
    """Rows in batches; only one batch is held at a time."""
    while batch := list(islice(rows, size)):
        yield batch
