"""Products of a catalogue: created, or weighed by the rules of their columns against what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fleuve.imports.bulk import chunks, insert_rows, update_rows
from fleuve.imports.converting.facts import Fault, ProductFact
from fleuve.imports.rules import Rule, judge
from fleuve.imports.writing.session import Session, different
from fleuve.kernel.ids import new_ids
from fleuve.touchpoints.journal import PRODUCT
from fleuve.touchpoints.models import Product
from fleuve.touchpoints.rules import product_kind

__all__ = ["write_catalogue"]

_COLUMNS = ("id", "source_id", "code", "name", "category", "kind", "kind_by", "import_id")
_TOLD: Final = ("name", "category", "kind", "kind_by")
_FIELDS: Final = {"name": "product_name", "category": "category", "kind": "product_kind"}


def write_catalogue(session: Session, facts: Sequence[ProductFact]) -> None:
    """Add the products that the source did not have and change those that it had, with the journal."""
    if not facts:
        return
    stored = _stored(session, sorted({fact.code for fact in facts}))
    missing = [fact for fact in facts if fact.code not in stored]
    if not session.handling.creates:
        session.faults += [Fault(fact.row, None, "product_unknown", fact.code[:200]) for fact in missing]
    else:
        _create(session, missing, stored)
    _update(session, [fact for fact in facts if fact.code in stored], stored)


def _stored(session: Session, codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for part in chunks(codes):
        rows = Product.objects.filter(source_id=session.source_id, code__in=part)
        found.update({row["code"]: row for row in rows.values("id", "code", "import_id", *_TOLD)})
    return found


def _create(session: Session, facts: Sequence[ProductFact], stored: dict[str, dict[str, Any]]) -> None:
    firsts = {fact.code: fact for fact in reversed(facts)}
    rows = []
    for product_id, fact in zip(new_ids(len(firsts)), firsts.values(), strict=True):
        kind = fact.kind or product_kind(fact.code, fact.name)
        rows.append((product_id, session.source_id, fact.code, fact.name, fact.category, kind, "detected",
                     session.import_id))  # fmt: skip
        stored[fact.code] = {"id": product_id, "code": fact.code, "import_id": session.import_id, "name": fact.name,
                             "category": fact.category, "kind": kind, "kind_by": "detected"}  # fmt: skip
        session.products[fact.code] = product_id
    insert_rows(Product, _COLUMNS, rows)
    session.counts.products_created += len(rows)


def _update(session: Session, facts: Sequence[ProductFact], stored: Mapping[str, dict[str, Any]]) -> None:
    rules: dict[str, Rule] = {
        name: session.handling.rule(field) if session.handling.updates else "never" for name, field in _FIELDS.items()
    }
    touched: dict[str, dict[str, Any]] = {}
    for fact in facts:
        row = stored[fact.code]
        changed = _changes(row, fact, rules)
        if changed:
            touched.setdefault(fact.code, dict(row))
            row.update(changed)
    updates = []
    for code, before in touched.items():
        row = stored[code]
        if row["import_id"] != session.import_id:
            session.change(PRODUCT, row["id"], before, different(before, row, _TOLD))
        updates.append((*(row[name] for name in _TOLD), row["id"]))
    update_rows(Product, _TOLD, updates)
    session.counts.products_changed += len(updates)


def _changes(row: Mapping[str, Any], fact: ProductFact, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """A person's word on what a code stands for gives way to no rule but *win*."""
    told = {"name": fact.name, "category": fact.category, "kind": fact.kind}
    if row["kind_by"] == "person" and rules["kind"] != "win":
        told["kind"] = ""
    changed = {
        name: value
        for name, value in told.items()
        if judge(rules[name], stored=row[name], told=value, is_first=fact.is_first).writes
    }
    if "kind" in changed and row["kind_by"] == "person":
        changed["kind_by"] = "detected"
    return changed
