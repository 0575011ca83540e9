"""The steps of undoing an import, each over a few rows: restore what it overwrote, delete what it created."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import models

from fleuve.imports.bulk import delete_rows
from fleuve.imports.models import ImportChange
from fleuve.parties.models import ContactDetail, Membership, Party, Record, Refusal, Relationship
from fleuve.touchpoints.models import Interaction, Product, Purchase, PurchaseLine

__all__ = ["delete_products", "delete_purchases", "delete_records", "delete_simple", "months_of", "restore_changes"]

_RESTORABLE: Final[dict[str, type[models.Model]]] = {
    model._meta.db_table: model for model in (Record, Purchase, PurchaseLine)
}


def months_of(import_id: int) -> list[int]:
    """The months whose purchases this import wrote or changed."""
    # From the lines, never from the purchases: asked "has it a line of this import?", SQLite walks all lines for each.
    created = PurchaseLine.objects.filter(import_id=import_id).order_by()
    months = set(created.values_list("purchase__local_month", flat=True).distinct())
    changes = ImportChange.objects.filter(of_import_id=import_id)
    for table in (Purchase._meta.db_table, PurchaseLine._meta.db_table):
        rows = changes.filter(table=table).values_list("row_id", flat=True)
        lines = {"lines__id__in": rows} if table == PurchaseLine._meta.db_table else {"id__in": rows}
        months.update(Purchase.objects.filter(**lines).values_list("local_month", flat=True))
    for before in changes.filter(table=Purchase._meta.db_table).values_list("before", flat=True):
        months.update({before["local_month"]} if "local_month" in before else set())
    return sorted(months)


def restore_changes(import_id: int, size: int) -> tuple[int, set[int]]:
    """Take back the newest changes first; returns how many rows were handled and the records among them.

    A value that a later import overwrote in its turn stays, and that import's memory of it becomes ours: undone in any
    order, the imports leave what was there before them. A value that a person changed since stays too.
    """
    changes = list(ImportChange.objects.filter(of_import_id=import_id).order_by("-id")[:size])
    records = set()
    for change in changes:
        model = _RESTORABLE[change.table]
        _restore(model, change)
        if model is Record:
            records.add(change.row_id)
    delete_rows(ImportChange, [change.pk for change in changes])
    return len(changes), records


def _restore(model: type[models.Model], change: ImportChange) -> None:
    names = list(change.before)
    current = model._default_manager.filter(pk=change.row_id).values(*names).first()
    if current is None:
        return
    later_ones = ImportChange.objects.filter(table=change.table, row_id=change.row_id, pk__gt=change.pk)
    later = list(later_ones.exclude(of_import_id=change.of_import_id).order_by("id"))
    wanted = {}
    for name in names:
        heir = next((one for one in later if name in one.before), None)
        if heir is not None:
            heir.before[name] = change.before[name]
            heir.save(update_fields=["before"])
        elif _plain(current[name]) == change.after[name]:
            wanted[name] = _as_stored(model, name, change.before[name])
    if wanted:
        model._default_manager.filter(pk=change.row_id).update(**wanted)


def _as_stored(model: type[models.Model], name: str, value: Any) -> Any:
    field = model._meta.get_field(name)
    return field.to_python(value) if isinstance(field, models.Field) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def delete_simple(model: type[models.Model], import_id: int, size: int) -> int:
    """Delete some rows that this import created and that nothing refers to."""
    manager = model._default_manager
    return delete_rows(model, list(manager.filter(import_id=import_id).values_list("pk", flat=True)[:size]))


def delete_purchases(import_id: int, size: int) -> int:
    """Delete some documents of this import; one with lines of another import becomes that import's."""
    ids = list(Purchase.objects.filter(import_id=import_id).values_list("pk", flat=True)[:size])
    lines = PurchaseLine.objects.filter(purchase_id__in=ids).order_by("id")
    heirs = dict(lines.values_list("purchase_id", "import_id"))
    _hand_over(Purchase, heirs)
    delete_rows(Purchase, [purchase for purchase in ids if purchase not in heirs])
    return len(ids)


def delete_records(import_id: int, size: int) -> tuple[int, int, set[int]]:
    """Delete some customers of this import with their parties; returns handled, kept and parties that live on.

    A customer that something else hangs on, purchases of another import or a note, is kept and handed over.
    """
    ids = list(Record.objects.filter(import_id=import_id).values_list("pk", flat=True)[:size])
    heirs: dict[int, int | None] = {}
    for model in (Purchase, ContactDetail, Refusal, Relationship, Interaction):
        heirs.update(model._default_manager.filter(record_id__in=ids).values_list("record_id", "import_id"))
    _hand_over(Record, heirs)
    gone = [record for record in ids if record not in heirs]
    parties = set(Membership.objects.filter(record_id__in=gone).values_list("party_id", flat=True))
    Membership.objects.filter(record_id__in=gone).delete()
    delete_rows(Record, gone)
    alive = set(Membership.objects.filter(party_id__in=parties).values_list("party_id", flat=True))
    Party.objects.filter(pk__in=parties - alive).delete()
    kept_parties = Membership.objects.filter(record_id__in=list(heirs), until_at__isnull=True)
    return len(ids), len(heirs), alive | set(kept_parties.values_list("party_id", flat=True))


def delete_products(import_id: int) -> int:
    """Delete the products of this import that no line names any more."""
    own = Product.objects.filter(import_id=import_id)
    used = dict(PurchaseLine.objects.filter(product__in=own).values_list("product_id", "import_id").distinct())
    gone = [product for product in own.values_list("pk", flat=True) if product not in used]
    _hand_over(Product, {product: heir for product, heir in used.items() if product is not None})
    return delete_rows(Product, gone)


def _hand_over(model: type[models.Model], heirs: dict[int, int | None]) -> None:
    by_heir: dict[int | None, list[int]] = {}
    for row_id, heir in heirs.items():
        by_heir.setdefault(heir, []).append(row_id)
    for heir, ids in by_heir.items():
        model._default_manager.filter(pk__in=ids).update(import_id=heir)


def parties_of(records: Sequence[int]) -> set[int]:
    """The parties that these records are of now."""
    found = Membership.objects.filter(record_id__in=records, until_at__isnull=True)
    return set(found.values_list("party_id", flat=True))
