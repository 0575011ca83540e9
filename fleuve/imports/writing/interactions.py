"""Points of contact other than purchases. The same one again, by whom, when, what and in which words, is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from fleuve.imports.bulk import chunks, day_value, insert_rows, moment_value
from fleuve.imports.converting.facts import InteractionFact
from fleuve.imports.writing.session import Session
from fleuve.kernel.ids import new_ids
from fleuve.touchpoints.models import Interaction

__all__ = ["write_interactions"]

_COLUMNS = (
    "id", "record_id", "kind", "channel", "direction", "outcome", "body", "at", "recorded_at", "local_day",
    "local_month", "by_kind", "by_id", "by_label", "undone_at", "import_id",
)  # fmt: skip
_Key = tuple[int, datetime, str, str, str, str, str]


def write_interactions(session: Session, facts: Sequence[InteractionFact]) -> None:
    """Add those that are not there yet; a person's own marks are never compared with."""
    told: dict[_Key, InteractionFact] = {}
    for fact in facts:
        if fact.customer in session.records:  # else their row was set aside
            told.setdefault(_key(session.records[fact.customer], fact), fact)
    there = set() if session.is_first else _there_already(sorted({key[0] for key in told}))
    fresh = [(key, fact) for key, fact in told.items() if key not in there]
    by, now = session.by, session.now
    rows = [
        (
            row_id, key[0], fact.kind, fact.channel, fact.direction, fact.outcome, fact.body,
            moment_value(fact.moment.at), now, day_value(fact.moment.day), fact.moment.month, by.kind, by.id, by.label,
            None, session.import_id,
        )
        for row_id, (key, fact) in zip(new_ids(len(fresh)), fresh, strict=True)
    ]  # fmt: skip
    insert_rows(Interaction, _COLUMNS, rows)
    session.counts.interactions += len(rows)


def _key(record: int, fact: InteractionFact) -> _Key:
    moment = fact.moment.at.astimezone(UTC)
    return record, moment, fact.kind, fact.channel, fact.direction, fact.outcome, fact.body


def _there_already(records: Sequence[int]) -> set[_Key]:
    """What files brought before for these records."""
    there: set[_Key] = set()
    for part in chunks(records):
        rows = Interaction.objects.filter(record_id__in=part, import_id__isnull=False)
        names = ("record_id", "at", "kind", "channel", "direction", "outcome", "body")
        there.update((record, at.astimezone(UTC), *rest) for record, at, *rest in rows.values_list(*names))
    return there
