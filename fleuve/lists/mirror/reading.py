"""Open the list of customers: the mirror when there is one, else the table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from fleuve.attributes import Registry, registry
from fleuve.kernel.principal import Principal
from fleuve.lists.mirror.instance import attached
from fleuve.lists.mirror.making import mirror_file
from fleuve.lists.mirror.mirror_view import MirrorView
from fleuve.lists.mirror.table_view import TableView
from fleuve.lists.mirror.view import CardView
from fleuve.lists.models import CardMark, Mirror

__all__ = ["current_mirror", "opened"]


@contextmanager
def opened(principal: Principal, now: datetime, attributes: Registry | None = None) -> Iterator[CardView]:
    """The customers within the principal's reach; ``attributes`` are those that it may see.

    Marks are read before the mirror is: one that a newer mirror holds already is read once more and does no harm,
    while the other way round a change could be missed.
    """
    seen = registry.visible_to(principal) if attributes is None else attributes
    marks = tuple(CardMark.objects.values_list("pk", flat=True))
    mirror = current_mirror()
    if mirror is None or not mirror_file(mirror.file).is_file():
        yield TableView(principal, now, seen)
        return
    with attached(mirror, marks, now) as (duck, found):
        yield MirrorView(duck, found, principal, now, seen)


def current_mirror() -> Mirror | None:
    """The newest mirror, unless it was given up since."""
    return Mirror.objects.filter(superseded_at__isnull=True).order_by("-number").first()
