"""One batch of facts written, with everything that must commit with it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from fleuve.events import record
from fleuve.imports.bulk import chunks, insert_rows
from fleuve.imports.converting.facts import DetailFact, Facts, Fault
from fleuve.imports.models import ImportFault
from fleuve.imports.writing.cards import write_new_cards
from fleuve.imports.writing.customers import write_customers
from fleuve.imports.writing.interactions import write_interactions
from fleuve.imports.writing.products import write_products
from fleuve.imports.writing.products_file import write_catalogue
from fleuve.imports.writing.purchases import write_lines, write_purchases
from fleuve.imports.writing.session import Session
from fleuve.kernel.ids import new_ids
from fleuve.parties.actions import refresh_cards
from fleuve.parties.finding import mark_findable
from fleuve.parties.marking import mark_cards
from fleuve.parties.models import Party

__all__ = ["FAULTS_KEPT", "write_batch", "write_details"]

FAULTS_KEPT = 1000


def write_details(session: Session, details: Sequence[DetailFact]) -> None:
    """Write customers ahead of their lines, inside the caller's transaction: many of them would take it too long."""
    write_customers(session, details, set())
    session.write_changes()
    _write_cards(session)
    _record_facts(session)


def write_batch(session: Session, facts: Facts, details: Sequence[DetailFact]) -> None:
    """Write a batch inside the caller's transaction: rows, changes, cards, faults and the facts about them."""
    lines = facts.lines
    write_products(session, lines)
    write_customers(session, details, {line.customer for line in lines if line.customer})
    before = write_purchases(session, lines)
    write_lines(session, lines, before)
    write_interactions(session, facts.interactions)
    write_catalogue(session, facts.products)
    session.write_changes()
    _write_faults(session, facts.faults)
    session.counts.rows += facts.rows
    session.counts.totals += facts.totals
    _write_cards(session)
    _record_facts(session)


def _write_cards(session: Session) -> None:
    write_new_cards(list(session.new_cards.values()), is_simulated=session.is_simulated, now=session.now)
    created = [card.party_id for card in session.new_cards.values()]
    mark_cards(created, session.at)
    mark_findable(created, session.at)
    changed = sorted(session.changed_parties)
    for part in chunks(changed):  # a form opened before the import says so when it is saved
        Party.objects.filter(pk__in=part).update(version=F("version") + 1)
    refresh_cards(party_ids=changed, at=session.at)


def _write_faults(session: Session, read: Sequence[Fault]) -> None:
    """The faults of the cells read and those found while writing."""
    faults, session.faults = [*read, *session.faults], []
    room = max(FAULTS_KEPT - session.counts.set_aside, 0)
    kept = faults[:room]
    rows = [
        (fault_id, session.import_id, False, fault.row, fault.column, fault.code, fault.value, fault.sets_aside)
        for fault_id, fault in zip(new_ids(len(kept)), kept, strict=True)
    ]
    names = ("id", "of_import_id", "is_check", "row", "column", "code", "value", "sets_aside")
    insert_rows(ImportFault, names, rows)
    session.counts.set_aside += len({fault.row for fault in faults if fault.sets_aside})


def _record_facts(session: Session) -> None:
    subject = ("import", session.import_id)
    if session.changed_months:
        months = {"months": sorted(session.changed_months)}
        record("touchpoints.purchases_changed", by=session.by, at=session.at, subject=subject, data=months)
    if session.changed_parties or session.new_cards:
        count = {"parties": len(session.changed_parties) + len(session.new_cards)}
        record("parties.parties_changed", by=session.by, at=session.at, subject=subject, data=count)
