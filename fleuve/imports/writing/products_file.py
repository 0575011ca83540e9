"""Products of a catalogue: created, or weighed by the rules of their columns against what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fleuve.imports.bulk import chunks, insert_rows, update_rows
from fleuve.imports.converting.facts import Fault, ProductFact
from fleuve.imports.rules import Handling, Rule, Verdict, judge
from fleuve.imports.writing.session import Session, different
from fleuve.kernel.ids import new_ids
from fleuve.touchpoints.journal import PRODUCT
from fleuve.touchpoints.models import Product
from fleuve.touchpoints.rules import product_kind

__all__ = ["product_verdicts", "stored_products", "write_catalogue"]

_COLUMNS = ("id", "source_id", "code", "name", "category", "kind", "kind_by", "import_id")
_TOLD: Final = ("name", "category", "kind", "kind_by")
_FIELDS: Final = {"name": "product_name", "category": "category", "kind": "product_kind"}


def write_catalogue(session: Session, facts: Sequence[ProductFact]) -> None:
    """Add the products that the source did not have and change those that it had, with the journal."""
    if not facts:
        return
    stored = stored_products(session.source_id, sorted({fact.code for fact in facts}))
    missing = [fact for fact in facts if fact.code not in stored]
    if not session.handling.creates:
        session.faults += [Fault(fact.row, None, "product_unknown", fact.code[:200]) for fact in missing]
    else:
        _create(session, missing, stored)
    _update(session, [fact for fact in facts if fact.code in stored], stored)


def stored_products(source_id: int, codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the source's products with these codes say now, by code."""
    found: dict[str, dict[str, Any]] = {}
    for part in chunks(codes):
        rows = Product.objects.filter(source_id=source_id, code__in=part)
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
    touched: dict[str, dict[str, Any]] = {}
    for fact in facts:
        row = stored[fact.code]
        changed = _changes(row, fact, product_verdicts(row, fact, session.handling))
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


def product_verdicts(row: Mapping[str, Any], fact: ProductFact, handling: Handling) -> dict[str, Verdict]:
    """What becomes of each column. A person's word on what a code stands for gives way to no rule but *win*."""
    rules: dict[str, Rule] = {
        name: handling.rule(field) if handling.updates else "never" for name, field in _FIELDS.items()
    }
    told = {"name": fact.name, "category": fact.category, "kind": fact.kind}
    if row["kind_by"] == "person" and rules["kind"] != "win":
        told["kind"] = ""
    return {
        name: judge(rules[name], stored=row[name], told=value, is_first=fact.is_first) for name, value in told.items()
    }


def _changes(row: Mapping[str, Any], fact: ProductFact, verdicts: Mapping[str, Verdict]) -> dict[str, Any]:
    told = {"name": fact.name, "category": fact.category, "kind": fact.kind}
    changed = {name: told[name] for name, verdict in verdicts.items() if verdict.writes}
    if "kind" in changed and row["kind_by"] == "person":
        changed["kind_by"] = "detected"
    return changed
