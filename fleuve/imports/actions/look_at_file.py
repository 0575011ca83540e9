"""Look at a received file: its layout, what its columns stand for, and what it does not tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from fleuve.accounts.queries import organisation
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.mapping.guesses import guess_mapping, mapping_of
from fleuve.imports.mapping.own_fields import with_own_fields, without_gone
from fleuve.imports.mapping.profiles import ColumnProfile, Sample, profile_columns, take_sample
from fleuve.imports.mapping.questions import questions_about
from fleuve.imports.models import Import
from fleuve.imports.queries import known_before, remembered_mapping
from fleuve.imports.reading import Layout, UnreadableFile, look_at, rows_of
from fleuve.imports.uploads import upload_path
from fleuve.kernel.principal import Principal, require

__all__ = ["ask_again", "look_at_file", "remapped", "understand"]


def look_at_file(*, row: Import, sheet: str = "", by: Principal, at: datetime) -> Import:
    """Fill layout, columns, mapping and questions of the import; an unreadable file gets its reason instead."""
    require(by, "import")
    understand(row, sheet)
    with transaction.atomic():
        row.save()
    return row


def understand(row: Import, sheet: str) -> None:
    """The same without storing it: reads the file and fills the row."""
    try:
        layout = look_at(upload_path(row.pk), sheet=sheet)
        sample = take_sample(rows_of(upload_path(row.pk), layout))
        if not sample.total:
            raise UnreadableFile("no_rows")
    except UnreadableFile as error:
        row.state = Import.State.UNREADABLE
        row.problem = {"code": error.code, "values": {key: str(value) for key, value in error.values.items()}}
    else:
        _understand(row, layout, sample)


def _understand(row: Import, layout: Layout, sample: Sample) -> None:
    profiles = profile_columns(layout.columns, sample)
    guesses, mapping = guess_mapping(profiles, sample)
    guesses, mapping = with_own_fields(guesses, mapping, profiles)
    # A plan's file belongs to the plan's source, however alike the files of others are.
    remembered = remembered_mapping(layout.columns, row.source_id if row.plan_id else None)
    if remembered is not None:
        mapping = without_gone(Mapping.from_json(remembered.mapping))
        row.answers, row.handling = remembered.answers, remembered.handling
        row.source = remembered.source
    row.layout = layout.to_json()
    row.columns = [
        _column(profile, guess.field, guess.confidence) for profile, guess in zip(profiles, guesses, strict=True)
    ]
    row.mapping = mapping.to_json()
    ask_again(row, mapping, profiles, sample, layout)
    row.check_result = {"rows": sample.total}
    row.state = Import.State.LOOKED_AT
    row.problem = None


def _column(profile: ColumnProfile, field: str, confidence: float) -> dict[str, Any]:
    return {"name": profile.name, "examples": profile.examples, "guess": field, "confidence": confidence}


def ask_again(row: Import, mapping: Mapping, profiles: list[ColumnProfile], sample: Sample, layout: Layout) -> None:
    """Questions depend on the mapping: a net column chosen answers the one about VAT."""
    known = known_before(organisation())
    found = questions_about(mapping, profiles, sample, known, delimiter=layout.delimiter, titles=layout.titles)
    row.questions = [question.to_json() for question in found]


def remapped(row: Import, fields: tuple[str, ...], shape: str) -> Mapping:
    """The mapping of these fields, its questions asked anew; ``shape`` blank: as the fields suggest."""
    layout = Layout.from_json(row.layout or {})
    sample = take_sample(rows_of(upload_path(row.pk), layout))
    profiles = profile_columns(layout.columns, sample)
    mapping = mapping_of(fields, profiles, sample)
    if shape:
        mapping = Mapping(fields, shape, mapping.fills_down and shape == "line")
    ask_again(row, mapping, profiles, sample, layout)
    return mapping
