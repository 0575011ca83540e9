"""Say what a code stands for when the recognition was wrong."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.events import record
from fleuve.jobs import enqueue
from fleuve.kernel.principal import Principal, require
from fleuve.touchpoints.models import Product, ProductKind

__all__ = ["set_product_kind"]


def set_product_kind(*, product: Product, kind: str, by: Principal, at: datetime) -> int | None:
    """A person's word outlives every later detection. Returns the recomputing job, or None if nothing changed."""
    require(by, "configure", product)
    wanted = ProductKind(kind)
    with transaction.atomic():
        changed = (
            Product.objects.filter(pk=product.pk)
            .exclude(kind=wanted, kind_by="person")
            .update(kind=wanted, kind_by="person")
        )
        if not changed:
            return None
        record(
            "touchpoints.source_configured",
            by=by,
            at=at,
            subject=("source", product.source_id),
            data={"product": str(product.pk), "kind": str(wanted)},
        )
        return enqueue("value.revalue", by=by, unique_key="value.revalue", again_if_running=True)
