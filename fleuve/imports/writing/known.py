"""Customers whom the source had already: what the file says is weighed by the rule of its column, then written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fleuve.imports.bulk import chunks, day_value, update_rows
from fleuve.imports.converting.facts import DetailFact
from fleuve.imports.rules import Handling, Outcome, Rule, Verdict, judge
from fleuve.imports.writing.above import Above, clear_above, read_above, told
from fleuve.imports.writing.description import DESCRIBED, description
from fleuve.imports.writing.session import Session, different
from fleuve.parties.models import Membership, Record

__all__ = ["count_verdict", "describe_known", "parties_of_records", "rules_of", "stored_records", "verdicts_of"]

_NAMES: Final = ("company", "customer_name", "last_name", "first_name")
# Columns of a record that are made of several of the file, or of another than their own name.
_MADE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "name": _NAMES,
    "kind": _NAMES,
    "special": _NAMES,
    "street": ("street", "street_2"),
}
_COUNTED: Final[Mapping[Outcome, str]] = {
    "filled": "values_filled",
    "updated": "values_updated",
    "won": "values_won",
    "below": "values_below",
    "left": "values_left",
}


def rules_of(handling: Handling) -> dict[str, Rule]:
    """The rule of each column of a record."""
    if not handling.updates:
        return dict.fromkeys(DESCRIBED, "never")
    return {name: handling.rule(*_MADE_OF.get(name, (name,))) for name in DESCRIBED}


def describe_known(session: Session, details: Sequence[DetailFact]) -> list[DetailFact]:
    """Write what changes of these customers, with its journal; returns the details that say anything."""
    known = [detail for detail in details if detail.values]
    stored = stored_records(sorted({session.records[detail.customer] for detail in known}))
    parties = parties_of_records(sorted(stored))
    rules = rules_of(session.handling)
    above = read_above(parties.values())
    touched: dict[int, dict[str, Any]] = {}
    for detail in known:
        row = stored[session.records[detail.customer]]
        standing = above.get(parties.get(row["id"], 0))
        said, verdicts = verdicts_of(row, detail, rules, standing)
        for verdict in verdicts.values():
            count_verdict(session, verdict)
        changed = {name: said[name] for name, verdict in verdicts.items() if verdict.writes}
        if changed:
            touched.setdefault(row["id"], {name: row[name] for name in DESCRIBED})
            row.update(changed)
        cleared = [name for name, verdict in verdicts.items() if verdict.clears]
        if standing and cleared:
            clear_above(session, standing, cleared)
            standing.values.update(dict.fromkeys(cleared))
            session.changed_parties.add(standing.party_id)
    _update(session, stored, touched, parties)
    return known


def verdicts_of(
    row: Mapping[str, Any], detail: DetailFact, rules: Mapping[str, Rule], above: Above | None
) -> tuple[dict[str, Any], dict[str, Verdict]]:
    """What a row of the file says of a customer, and what becomes of each column that it says something about."""
    said = description(detail.customer, detail.values)
    names = [name for name in DESCRIBED if said[name]]
    if row["special_by"] == "person":
        names = [name for name in names if name != "special"]
    if not any(detail.values.get(name) for name in _NAMES):
        names = [name for name in names if name not in ("name", "kind")]
    standing = above.values if above else {}
    return said, {
        name: judge(
            rules[name], stored=row[name], told=said[name], above=standing.get(name, ""), is_first=detail.is_first
        )
        for name in names
    }


def parties_of_records(records: Sequence[int]) -> dict[int, int]:
    """The party that each record is of now."""
    found: dict[int, int] = {}
    for part in chunks(records):
        open_ones = Membership.objects.filter(record_id__in=part, until_at__isnull=True)
        found.update(open_ones.values_list("record_id", "party_id"))
    return found


def stored_records(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What these records say now, by their ids."""
    stored: dict[int, dict[str, Any]] = {}
    for part in chunks(ids):
        names = ("id", "import_id", "special_by", "version", *DESCRIBED)
        stored.update({row["id"]: row for row in Record.objects.filter(id__in=part).values(*names)})
    return stored


def count_verdict(session: Session, verdict: Verdict) -> None:
    """Count what became of a value."""
    if counted := _COUNTED.get(verdict.outcome):
        setattr(session.counts, counted, getattr(session.counts, counted) + 1)


def _update(
    session: Session, stored: Mapping[int, dict[str, Any]], touched: Mapping[int, dict[str, Any]],
    parties: Mapping[int, int],
) -> None:  # fmt: skip
    updates = []
    for record_id, before in touched.items():
        row = stored[record_id]
        changed = different(before, row, DESCRIBED)
        version = row["version"] + 1
        if row["import_id"] != session.import_id:  # what this import created goes as a whole when it is undone
            session.change("record", record_id, told(before), told(changed), number=version,
                           party_id=parties.get(record_id))  # fmt: skip
        values = tuple(day_value(row[name]) if name == "customer_since" else row[name] for name in DESCRIBED)
        updates.append((*values, version, session.now, record_id))
    update_rows(Record, (*DESCRIBED, "version", "updated_at"), updates)
    session.counts.parties_changed += len(updates)
    session.changed_parties.update(parties[record] for record in touched if record in parties)
