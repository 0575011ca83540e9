"""Products that lines name by a code."""

from __future__ import annotations

from collections.abc import Sequence

from fleuve.imports.bulk import chunks, insert_rows
from fleuve.imports.converting.extras import EXTRA_KINDS
from fleuve.imports.converting.facts import LineFact
from fleuve.imports.writing.session import Session
from fleuve.kernel.ids import new_ids
from fleuve.touchpoints.models import Product
from fleuve.touchpoints.rules import product_kind

__all__ = ["write_products"]

_COLUMNS = ("id", "source_id", "code", "name", "category", "kind", "kind_by", "import_id")


def write_products(session: Session, lines: Sequence[LineFact]) -> None:
    """Create the products that this batch names for the first time; the first name that is not blank is kept."""
    new: dict[str, tuple[str, str]] = {}
    known = session.products
    for line in lines:
        code = line.product_code or line.product_name[:120]
        if code and code not in known:
            name, category = new.get(code, ("", ""))
            new[code] = (name or line.product_name, category or line.category)
    if not new:
        return
    if not session.is_first:
        _look_up(session, [code for code in new if code not in known])
    missing = [code for code in new if code not in known]
    rows = []
    for product_id, code in zip(new_ids(len(missing)), missing, strict=True):
        name, category = new[code]
        kind = EXTRA_KINDS[code][1] if code in EXTRA_KINDS else product_kind(code, name)
        rows.append((product_id, session.source_id, code, name, category, kind, "detected", session.import_id))
        known[code] = product_id
    insert_rows(Product, _COLUMNS, rows)
    session.counts.products_created += len(rows)


def _look_up(session: Session, codes: Sequence[str]) -> None:
    for part in chunks(codes):
        found = Product.objects.filter(source_id=session.source_id, code__in=part)
        session.products.update(found.values_list("code", "id"))
