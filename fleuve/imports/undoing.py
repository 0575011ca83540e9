"""The steps of undoing an import, each over a few rows: restore what it overwrote, delete what it created."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import models

from fleuve.changes.actions import Writer, undo_some
from fleuve.changes.models import Change
from fleuve.changes.rules import Origin
from fleuve.imports.bulk import chunks, delete_rows
from fleuve.imports.conflicts import find_above, write_conflicts
from fleuve.imports.models import Conflict, Match
from fleuve.kernel.principal import Principal
from fleuve.parties.finding import mark_findable
from fleuve.parties.hanging import held_records
from fleuve.parties.models import ContactDetail, Membership, OwnValue, Party, Record, Refusal, Relationship
from fleuve.parties.queries import parties_sharing
from fleuve.parties.writers import WRITERS as PARTY_WRITERS
from fleuve.touchpoints.journal import LINE, PRODUCT, PURCHASE
from fleuve.touchpoints.journal import WRITERS as PURCHASE_WRITERS
from fleuve.touchpoints.models import Interaction, Product, Purchase, PurchaseLine

__all__ = [
    "WRITERS",
    "delete_hanging",
    "delete_lines",
    "delete_own_values",
    "delete_products",
    "delete_purchases",
    "delete_records",
    "delete_simple",
    "month_of",
    "months_of",
    "restore_values",
]

RECORD: Final = "record"
WRITERS: Final[Mapping[str, Writer]] = {**PURCHASE_WRITERS, **PARTY_WRITERS}


def months_of(import_id: int) -> list[int]:
    """The months whose purchases this import wrote or changed."""
    # From the lines, never from the purchases: asked "has it a line of this import?", SQLite walks all lines for each.
    created = PurchaseLine.objects.filter(import_id=import_id).order_by()
    months = set(created.values_list("purchase__local_month", flat=True).distinct())
    standing = Change.objects.filter(origin="import", origin_id=import_id, undone_at__isnull=True)
    for kind, path in ((PURCHASE, "pk__in"), (LINE, "lines__id__in")):
        rows = standing.filter(subject_kind=kind).values("subject_id")
        months.update(Purchase.objects.filter(**{path: rows}).values_list("local_month", flat=True))
    moved = standing.filter(subject_kind=PURCHASE, field="local_month").values_list("old", flat=True)
    months.update(int(month) for month in moved if month)
    return sorted(months)


def month_of(kind: str, subject: int) -> set[int]:
    """The month of the purchase that this is or is a line of; none for anything else."""
    paths = {PURCHASE: "pk", LINE: "lines__id"}
    if kind not in paths:
        return set()
    return set(Purchase.objects.filter(**{paths[kind]: subject}).values_list("local_month", flat=True))


def restore_values(import_id: int, size: int, *, by: Principal, at: datetime) -> int:
    """Take back about ``size`` of the values that this import overwrote; returns how many, 0 when none is left.

    What was changed since stays, and so does what a person typed above a restored value: both are written down.
    """
    some = undo_some(Origin("import", import_id), size, WRITERS, by=by, at=at)
    write_conflicts(import_id, some.conflicts)
    Conflict.objects.bulk_create(find_above(import_id, some.party_ids, at, WRITERS[RECORD]), ignore_conflicts=True)
    return some.undone


def delete_simple(model: type[models.Model], import_id: int, size: int) -> int:
    """Delete some rows that this import created and that nothing refers to."""
    manager = model._default_manager
    return delete_rows(model, list(manager.filter(import_id=import_id).values_list("pk", flat=True)[:size]))


def delete_lines(import_id: int, size: int) -> int:
    """Delete some lines of this import; one that another import changed since becomes that import's."""
    ids = list(PurchaseLine.objects.filter(import_id=import_id).values_list("pk", flat=True)[:size])
    heirs = _changed_since(LINE, ids, import_id)
    _hand_over(PurchaseLine, heirs)
    delete_rows(PurchaseLine, [line for line in ids if line not in heirs])
    return len(ids)


def delete_hanging(model: type[models.Model], import_id: int, size: int) -> tuple[int, set[int]]:
    """Delete some details, refusals or roles that this import added; returns how many, and whose list rows change.

    Those are customers that were there before it, and whoever shares an address that is no longer refused.
    """
    names = ["pk", "record_id"] + (["identifier_hash"] if model is Refusal else [])
    rows = list(model._default_manager.filter(import_id=import_id).values_list(*names)[:size])
    records = {row[1] for row in rows}
    created = set(Record.objects.filter(pk__in=records, import_id=import_id).values_list("pk", flat=True))
    there = Membership.objects.filter(until_at__isnull=True)
    parties = set(there.filter(record_id__in=records - created).values_list("party_id", flat=True))
    if model is Refusal:
        going = set(there.filter(record_id__in=created).values_list("party_id", flat=True))
        parties |= set(parties_sharing({row[2] for row in rows})) - going
    delete_rows(model, [row[0] for row in rows])
    return len(rows), parties


def delete_own_values(import_id: int, size: int) -> int:
    """Delete some values of own fields of customers that this import created; one changed since stays."""
    rows = list(OwnValue.objects.filter(import_id=import_id).values_list("pk", "record_id", "field_id")[:size])
    fields = {f"own:{own_field}" for _pk, _record, own_field in rows}
    standing = Change.objects.filter(
        subject_kind=RECORD, subject_id__in=[record for _pk, record, _field in rows], field__in=fields,
        undone_at__isnull=True,
    ).exclude(origin="import", origin_id=import_id)  # fmt: skip
    changed = set(standing.values_list("subject_id", "field"))
    kept = [pk for pk, record, own_field in rows if (record, f"own:{own_field}") in changed]
    _hand_over(OwnValue, dict.fromkeys(kept))
    delete_rows(OwnValue, [pk for pk, _record, _field in rows if pk not in set(kept)])
    return len(rows)


def delete_purchases(import_id: int, size: int) -> int:
    """Delete some documents of this import; one with lines of another import becomes that import's."""
    ids = list(Purchase.objects.filter(import_id=import_id).values_list("pk", flat=True)[:size])
    heirs = _changed_since(PURCHASE, ids, import_id)
    lines = PurchaseLine.objects.filter(purchase_id__in=ids).order_by("id")
    heirs.update(lines.values_list("purchase_id", "import_id"))
    _hand_over(Purchase, heirs)
    delete_rows(Purchase, [purchase for purchase in ids if purchase not in heirs])
    return len(ids)


def delete_records(import_id: int, size: int, at: datetime) -> tuple[int, int, set[int]]:
    """Delete some customers of this import with their parties; returns handled, kept and parties that live on.

    A customer that something else hangs on, purchases of another import or a note, or that somebody changed since, is
    kept and handed over.
    """
    ids = list(Record.objects.filter(import_id=import_id).values_list("pk", flat=True)[:size])
    heirs = _changed_since(RECORD, ids, import_id)
    heirs.update(_hung_on(ids))
    _hand_over(Record, heirs)
    gone = [record for record in ids if record not in heirs]
    parties = set(Membership.objects.filter(record_id__in=gone).values_list("party_id", flat=True))
    Match.objects.filter(record_id__in=gone).delete()
    Membership.objects.filter(record_id__in=gone).delete()
    delete_rows(Record, gone)
    alive = set(Membership.objects.filter(party_id__in=parties).values_list("party_id", flat=True))
    Party.objects.filter(pk__in=parties - alive).delete()
    mark_findable(sorted(parties - alive), at)
    kept_parties = Membership.objects.filter(record_id__in=list(heirs), until_at__isnull=True)
    return len(ids), len(heirs), alive | set(kept_parties.values_list("party_id", flat=True))


def delete_products(import_id: int) -> int:
    """Delete the products of this import that no line names any more and that no other import changed."""
    own = list(Product.objects.filter(import_id=import_id).values_list("pk", flat=True))
    heirs = _changed_since(PRODUCT, own, import_id)
    for part in chunks(own):
        used = PurchaseLine.objects.filter(product_id__in=part).order_by().values_list("product_id", "import_id")
        heirs.update({product: heir for product, heir in used.distinct() if product is not None})
    _hand_over(Product, heirs)
    return delete_rows(Product, [product for product in own if product not in heirs])


def _changed_since(kind: str, ids: Sequence[int], import_id: int) -> dict[int, int | None]:
    """Of these rows, those with changes that stand: the last import that made one, else nobody's import."""
    heirs: dict[int, int | None] = {}
    for part in chunks(ids):
        standing = Change.objects.filter(subject_kind=kind, subject_id__in=part, undone_at__isnull=True)
        others = standing.exclude(origin="import", origin_id=import_id).order_by("number", "id")
        for subject, origin, origin_id in others.values_list("subject_id", "origin", "origin_id"):
            heirs[subject] = origin_id if origin == "import" else heirs.get(subject)
    return heirs


def _hung_on(records: Sequence[int]) -> dict[int, int | None]:
    """What keeps a customer: the import whose rows hang on them, or none for what a person wrote."""
    heirs: dict[int, int | None] = {}
    for model in (Purchase, ContactDetail, Refusal, Relationship, Interaction):
        heirs.update(model._default_manager.filter(record_id__in=records).values_list("record_id", "import_id"))
    for record in held_records(records):
        heirs.setdefault(record, None)
    return heirs


def _hand_over(model: type[models.Model], heirs: dict[int, int | None]) -> None:
    by_heir: dict[int | None, list[int]] = {}
    for row_id, heir in heirs.items():
        by_heir.setdefault(heir, []).append(row_id)
    for heir, ids in by_heir.items():
        model._default_manager.filter(pk__in=ids).update(import_id=heir)
