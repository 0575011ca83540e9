"""Documents and their lines: created, or compared with what an earlier import wrote and changed where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fleuve.imports.bulk import chunks, day_value, insert_rows, moment_value, update_rows
from fleuve.imports.converting.facts import LineFact
from fleuve.imports.writing.session import Session, different
from fleuve.kernel.ids import new_ids
from fleuve.touchpoints.journal import LINE, PURCHASE
from fleuve.touchpoints.models import Purchase, PurchaseLine

__all__ = ["write_lines", "write_purchases"]

_PURCHASE = (
    "id", "source_id", "number", "kind", "status", "record_id", "at", "recorded_at", "local_day", "local_month",
    "currency", "import_id",
)  # fmt: skip
_LINE = (
    "id", "purchase_id", "ordinal", "product_id", "quantity_e3", "unit_price_e4", "amount", "amount_home", "cost_home",
    "import_id", "import_row",
)  # fmt: skip
_COMPARED = ("product_id", "quantity_e3", "unit_price_e4", "amount", "amount_home", "cost_home")
_HEAD = ("kind", "status", "record_id", "at", "local_day", "local_month", "currency")


def write_purchases(session: Session, lines: Sequence[LineFact]) -> set[int]:
    """Create the documents met for the first time; returns the ids of those that were there before this batch."""
    firsts: dict[str, LineFact] = {}
    for line in lines:
        if line.number not in firsts:
            firsts[line.number] = line
    known = session.purchases
    if not session.is_first:
        _look_up(session, [number for number in firsts if number not in known])
    new = [line for number, line in firsts.items() if number not in known]
    before = {known[number] for number in firsts if number in known}
    ids = new_ids(len(new))
    rows = []
    for purchase_id, line in zip(ids, new, strict=True):
        known[line.number] = purchase_id
        head = _head_of(session, line)
        rows.append(
            (
                purchase_id, session.source_id, line.number, head["kind"], line.status, head["record_id"],
                moment_value(line.moment.at), session.now, day_value(line.moment.day), line.moment.month,
                line.currency, session.import_id,
            )
        )  # fmt: skip
        session.changed_months.add(line.moment.month)
    insert_rows(Purchase, _PURCHASE, rows)
    session.counts.purchases_created += len(rows)
    if before and not session.is_first:
        _compare_heads(
            session, [line for line in firsts.values() if known[line.number] in before and line.ordinal == 1]
        )
    return before


def _look_up(session: Session, numbers: Sequence[str]) -> None:
    for part in chunks(numbers):
        found = Purchase.objects.filter(source_id=session.source_id, number__in=part)
        session.purchases.update(found.values_list("number", "id"))


def _head_of(session: Session, line: LineFact) -> dict[str, Any]:
    return {
        "kind": "credit" if line.is_credit else "sale",
        "status": line.status,
        "record_id": session.records[line.customer] if line.customer else None,
        "at": line.moment.at,
        "local_day": line.moment.day,
        "local_month": line.moment.month,
        "currency": line.currency,
    }


def _compare_heads(session: Session, lines: Sequence[LineFact]) -> None:
    updates = []
    for part in chunks(lines):
        ids = [session.purchases[line.number] for line in part]
        stored = {row["id"]: row for row in Purchase.objects.filter(id__in=ids).values("id", *_HEAD)}
        for line, purchase_id in zip(part, ids, strict=True):
            before, after = stored[purchase_id], _head_of(session, line)
            changed = different(before, after, _HEAD)
            if changed:
                session.change(PURCHASE, purchase_id, before, changed)
                session.changed_months.update((before["local_month"], after["local_month"]))
                updates.append((*_stored_head(after), purchase_id))
    update_rows(Purchase, _HEAD, updates)


def _stored_head(head: dict[str, Any]) -> tuple[Any, ...]:
    values = {**head, "at": moment_value(head["at"]), "local_day": day_value(head["local_day"])}
    return tuple(values[name] for name in _HEAD)


def write_lines(session: Session, lines: Sequence[LineFact], before: set[int]) -> None:
    """Insert the lines; those of documents that were there before are compared first."""
    existing = _existing_lines(before) if before and not session.is_first else {}
    rows: list[tuple[Any, ...]] = []
    updates: list[tuple[Any, ...]] = []
    products, purchases, import_id = session.products, session.purchases, session.import_id
    for line_id, line in zip(new_ids(len(lines)), lines, strict=True):
        code = line.product_code or line.product_name[:120]
        product = products[code] if code else None
        purchase = purchases[line.number]
        told = (product, line.quantity_e3, line.unit_price_e4, line.amount, line.amount_home, line.cost_home)
        if existing and (stored := existing.get((purchase, line.ordinal))) is not None:
            _compare_line(session, line, stored, told, updates)
        else:
            rows.append((line_id, purchase, line.ordinal, *told, import_id, line.row))
            session.changed_months.add(line.moment.month)
    insert_rows(PurchaseLine, _LINE, rows)
    update_rows(PurchaseLine, _COMPARED, updates)
    session.counts.lines += len(lines)
    session.counts.lines_created += len(rows)
    session.counts.lines_changed += len(updates)


def _existing_lines(purchases: set[int]) -> dict[tuple[int, int], tuple[Any, ...]]:
    existing: dict[tuple[int, int], tuple[Any, ...]] = {}
    for part in chunks(sorted(purchases)):
        found = PurchaseLine.objects.filter(purchase_id__in=part)
        for purchase, ordinal, *rest in found.values_list("purchase_id", "ordinal", "id", *_COMPARED).iterator():
            existing[purchase, ordinal] = tuple(rest)
    return existing


def _compare_line(
    session: Session, line: LineFact, stored: tuple[Any, ...], told: tuple[Any, ...], updates: list[tuple[Any, ...]]
) -> None:
    if stored[1:] == told:
        return
    before, after = dict(zip(_COMPARED, stored[1:], strict=True)), dict(zip(_COMPARED, told, strict=True))
    changed = different(before, after, _COMPARED)
    session.change(LINE, stored[0], before, changed)
    session.changed_months.add(line.moment.month)
    updates.append((*told, stored[0]))
