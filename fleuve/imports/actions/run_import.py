"""Run an import: stream the file into the database, a batch a transaction, resumable at any point."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from fleuve.accounts.queries import organisation
from fleuve.events import record
from fleuve.imports.actions.abandon_import import abandon_import
from fleuve.imports.actions.prepare_source import prepare_source
from fleuve.imports.actions.settle_plan import file_imported
from fleuve.imports.converting.converter import Converter
from fleuve.imports.converting.facts import DetailFact, Facts
from fleuve.imports.errors import ImportsError
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.models import Import
from fleuve.imports.planning import effective_answers, handling_of, plan_of
from fleuve.imports.queries import batches
from fleuve.imports.reading import Layout, UnreadableFile, rows_of
from fleuve.imports.revaluation import ask_for_revaluation
from fleuve.imports.uploads import upload_path
from fleuve.imports.wording import sentence
from fleuve.imports.writing.batch import write_batch, write_details
from fleuve.imports.writing.contacts import read_contacts
from fleuve.imports.writing.matching import matcher_of
from fleuve.imports.writing.own_values import own_fields_of
from fleuve.imports.writing.session import Counts, Session
from fleuve.jobs import JobCancelled, JobContext
from fleuve.parties.models import Record
from fleuve.touchpoints.models import Product, Purchase

__all__ = ["run_import"]

# Rows of a transaction by what they are, and customers of one: each about 100 ms on SQLite, so that a page that saves
# waits little.
_LINES = {"line": 4000, "order": 4000, "customer": 4000, "interaction": 2000, "product": 1000}
_DETAILS = 450
_COMPARED = 250  # customers who may be there already: each is read, weighed and journalled too
# A writer that waits for SQLite looks again after 1 to 100 ms, and finds it free as often as it is free. Together with
# the reading of the next batch, a pause of a third of the time just held leaves it free about half of the time.
_PAUSE_SHARE = 0.33


def run_import(*, context: JobContext, import_id: int) -> dict[str, Any]:
    """Import the file, or what is left of it. Cancelled or broken midway, everything it wrote is taken back."""
    row = Import.objects.select_related("source").get(pk=import_id)
    if row.state not in (Import.State.QUEUED, Import.State.RUNNING):
        return {"state": row.state}
    try:
        return _run(context, row)
    except JobCancelled:
        abandon_import(row=row, state=Import.State.CANCELLED, by=context.by, at=context.now())
        raise
    except UnreadableFile as error:
        abandon_import(row=row, state=Import.State.FAILED, error=error, by=context.by, at=context.now())
        raise ImportsError(sentence(error.code, error.values), code=error.code) from error


def _run(context: JobContext, row: Import) -> dict[str, Any]:
    _start(context, row)
    session = _session(context, row)
    started_at = row.started_at or context.now()
    converter = Converter(plan_of(row, organisation(), started_at))
    layout = Layout.from_json(row.layout or {})
    total = (row.check_result or {}).get("rows")
    done_row = int(context.checkpoint.get("row", 0))
    size = _LINES[session.mapping.shape]
    for batch in batches(rows_of(upload_path(row.pk), layout), size):
        facts = converter.convert(batch)
        if facts.last_row <= done_row:
            continue
        context.progress(step=gettext_noop("Importing rows"), done=session.counts.rows, total=total)
        _write(context, session, facts, done_row)
        done_row = facts.last_row
    return _finish(context, row, session)


def _start(context: JobContext, row: Import) -> None:
    with context.transaction():
        row.state = Import.State.RUNNING
        row.started_at = row.started_at or context.now()
        prepare_source(row=row, by=context.by, at=context.now())
        row.save(update_fields=["state", "started_at"])


def _session(context: JobContext, row: Import) -> Session:
    source_id = row.source_id or 0
    counts = context.checkpoint.get("counts")
    is_empty = not any(model.objects.filter(source_id=source_id).exists() for model in (Purchase, Record, Product))
    mapping, handling = Mapping.from_json(row.mapping or {"fields": []}), handling_of(row)
    return Session(
        import_id=row.pk,
        source_id=source_id,
        mapping=mapping,
        handling=handling,
        matcher=matcher_of(mapping, handling, row.pk),
        own_fields=own_fields_of(mapping.own_fields),
        by=context.by,
        at=context.now(),
        country=effective_answers(row).get("country", ""),
        is_simulated=row.is_simulated,
        is_first=is_empty,
        counts=Counts(**counts) if counts else Counts(),
    )


def _write(context: JobContext, session: Session, facts: Facts, done_row: int) -> None:
    """Customers by the few hundred, then the lines. Addresses are checked between transactions: others write then."""
    details: Sequence[DetailFact] = facts.details
    size = _DETAILS if session.is_first else _COMPARED
    while len(details) > size:
        part, details = details[:size], details[size:]
        read_contacts(session, part)
        with context.transaction():
            session.start_batch(context.now())
            write_details(session, part)
            context.save_checkpoint({"row": done_row, "counts": asdict(session.counts)})
    read_contacts(session, details)
    with _short_transaction(context):
        session.start_batch(context.now())
        write_batch(session, facts, details)
        context.save_checkpoint({"row": facts.last_row, "counts": asdict(session.counts)})


@contextmanager
def _short_transaction(context: JobContext) -> Iterator[None]:
    """A transaction, then a pause in which others get their turn."""
    started = time.monotonic()
    with context.transaction():
        yield
    time.sleep(_PAUSE_SHARE * (time.monotonic() - started))


def _finish(context: JobContext, row: Import, session: Session) -> dict[str, Any]:
    result = asdict(session.counts)
    now: datetime = context.now()
    with context.transaction():
        row.state, row.result, row.finished_at = Import.State.IMPORTED, result, now
        row.save(update_fields=["state", "result", "finished_at"])
        file_imported(row)
        record("imports.file_imported", by=context.by, at=now, subject=("import", row.pk), data=result)
        ask_for_revaluation(by=context.by)
        context.finish(result)
    return result
