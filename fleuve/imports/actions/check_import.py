"""The dry run: read the whole file as the import would, count, and write nothing but the first faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from fleuve.accounts.queries import organisation
from fleuve.imports.converting.converter import Converter
from fleuve.imports.converting.facts import Facts, Fault
from fleuve.imports.effects import Effects
from fleuve.imports.errors import MappingIncomplete, WrongState
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.models import Import, ImportFault
from fleuve.imports.planning import home_currency, plan_of
from fleuve.imports.queries import batches
from fleuve.imports.reading import Layout, UnreadableFile, rows_of
from fleuve.imports.uploads import upload_path
from fleuve.imports.wording import field_label, sentence
from fleuve.kernel.ids import new_ids
from fleuve.kernel.principal import Principal, require

__all__ = ["check_import", "count_rows"]

_BATCH = 5000
_FAULTS_SHOWN = 100


@dataclass
class _Counted:
    rows: int = 0
    lines: int = 0
    totals: int = 0
    amount: int = 0
    credits: int = 0
    set_aside: int = 0
    without_customer: int = 0
    first: date | None = None
    last: date | None = None
    customers: set[str] = field(default_factory=set)
    products: set[str] = field(default_factory=set)
    interactions: int = 0
    faults: list[Fault] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, facts: Facts) -> None:
        self.rows += facts.rows
        self.totals += facts.totals
        self.lines += len(facts.lines)
        self.amount += sum(line.amount_home for line in facts.lines)
        self.credits += sum(line.amount_home for line in facts.lines if line.amount_home < 0)
        self.without_customer += sum(1 for line in facts.lines if not line.customer)
        self.customers.update(detail.customer for detail in facts.details)
        self.products.update(line.product_code or line.product_name for line in facts.lines)
        self.products.update(product.code for product in facts.products)
        self.interactions += len(facts.interactions)
        days = [line.moment.day for line in facts.lines] + [fact.moment.day for fact in facts.interactions]
        if days:
            self.first = min(days) if self.first is None else min(self.first, *days)
            self.last = max(days) if self.last is None else max(self.last, *days)
        self.set_aside += len({fault.row for fault in facts.faults if fault.sets_aside})
        self.codes.update(fault.code for fault in facts.faults)
        self.faults += facts.faults[: _FAULTS_SHOWN - len(self.faults)]


def check_import(
    *, row: Import, by: Principal, at: datetime, progress: Callable[[int], None] = lambda done: None
) -> Import:
    """Count what the import would do. Raises ``MappingIncomplete``; a file that breaks midway becomes unreadable."""
    require(by, "import")
    if row.state not in (Import.State.LOOKED_AT, Import.State.CHECKED):
        raise WrongState(sentence("import_state"), state=row.state)
    faults = count_rows(row, at, progress)
    _store(row, faults)
    return row


def count_rows(row: Import, at: datetime, progress: Callable[[int], None]) -> list[Fault]:
    """The same without storing it: reads the file, fills the row's counts and state, answers the first faults."""
    missing = Mapping.from_json(row.mapping or {"fields": []}).missing()
    if missing:
        raise MappingIncomplete(
            sentence("mapping_incomplete", {"fields": ", ".join(map(field_label, missing))}), fields=missing
        )
    counted = _Counted()
    try:
        effects = Effects.of(row)
        orders = _read(row, at, counted, effects, progress)
    except UnreadableFile as error:
        row.state = Import.State.UNREADABLE
        row.problem = {"code": error.code, "values": {key: str(value) for key, value in error.values.items()}}
    else:
        row.check_result = _result(counted, orders, home_currency(row, organisation()))
        row.check_result["effects"] = effects.to_json()
        row.state = Import.State.CHECKED
    return counted.faults


def _read(row: Import, at: datetime, counted: _Counted, effects: Effects, progress: Callable[[int], None]) -> int:
    layout = Layout.from_json(row.layout or {})
    converter = Converter(plan_of(row, organisation(), at))
    for batch in batches(rows_of(upload_path(row.pk), layout), _BATCH):
        facts = converter.convert(batch)
        counted.add(facts)
        effects.add(facts)
        progress(counted.rows)
    return converter.orders_met


def _result(counted: _Counted, orders: int, currency: str) -> dict[str, Any]:
    return {
        "rows": counted.rows,
        "lines": counted.lines,
        "orders": orders,
        "customers": len(counted.customers),
        "interactions": counted.interactions,
        "products": len(counted.products - {""}),
        "amount": counted.amount,
        "credits": counted.credits,
        "currency": currency,
        "without_customer": counted.without_customer,
        "totals": counted.totals,
        "set_aside": counted.set_aside,
        "first_day": counted.first.isoformat() if counted.first else None,
        "last_day": counted.last.isoformat() if counted.last else None,
        "faults": dict(counted.codes),
    }


def _store(row: Import, faults: list[Fault]) -> None:
    with transaction.atomic():
        ImportFault.objects.filter(of_import=row, is_check=True).delete()
        ImportFault.objects.bulk_create(
            ImportFault(
                id=fault_id, of_import=row, is_check=True, row=fault.row, column=fault.column, code=fault.code,
                value=fault.value, sets_aside=fault.sets_aside,
            )
            for fault_id, fault in zip(new_ids(len(faults)), faults, strict=True)
        )  # fmt: skip
        row.save()
