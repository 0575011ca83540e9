"""Bring the mirror of the list rows up to date: made anew, folded, or given up where a base needs none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from fleuve.attributes import registry
from fleuve.history.export import snapshot
from fleuve.history.store import shared_engine
from fleuve.jobs import JobContext
from fleuve.kernel.principal import Principal, require
from fleuve.lists.mirror.columns import own_columns
from fleuve.lists.mirror.instance import MOST_LIVE, changed_rows
from fleuve.lists.mirror.making import Made, fold_mirror, lists_folder, make_mirror, mirror_file
from fleuve.lists.mirror.reading import current_mirror
from fleuve.lists.models import CardMark, Mirror
from fleuve.lists.rules import unpack
from fleuve.parties.models import PartyCard

__all__ = ["SMALL", "Mirrored", "refresh_mirror"]

# Up to here the database answers any list within a tenth of a second.
SMALL: Final = 20_000
# A page holds its mirror for milliseconds, an export for minutes.
_GRACE: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class Mirrored:
    """What was done: ``"made"``, ``"folded"``, ``"given_up"`` or ``"nothing"``, and the rows of the mirror."""

    deed: str
    rows: int


def refresh_mirror(
    *, whole: bool, by: Principal, at: datetime, small: int = SMALL, context: JobContext | None = None
) -> Mirrored:
    """Make the mirror anew (``whole``, or when there is none, or too much changed), or fold in what changed.

    Needs no state of its own. Marks are read before the rows are: one that is written meanwhile stays for the next
    time, even if its rows are read by this one. Who loses the race against another refresh has changed nothing.
    """
    require(by, "configure")
    number = _next_number()
    marks = tuple(CardMark.objects.values_list("pk", "parties"))
    former = current_mirror()
    if _is_small(small):
        return _give_up(former, [pk for pk, _packed in marks], at, context)
    changed = {party for _pk, packed in marks for party in unpack(packed)}
    is_there = former is not None and mirror_file(former.file).is_file()
    if former is not None and is_there and not whole and len(changed) <= MOST_LIVE:
        if not changed:
            return Mirrored("nothing", former.rows)
        made, deed = _folded(former, number, sorted(changed)), "folded"
    else:
        made, deed = _made(number), "made"
    _swap(made, number, [pk for pk, _packed in marks], at, context)
    _clean(at)
    return Mirrored(deed, made.rows)


def _is_small(small: int) -> bool:
    """Without counting: whether there is one row more."""
    return not PartyCard.objects.order_by()[small : small + 1].exists()


def _made(number: int) -> Made:
    with snapshot() as reader:
        return make_mirror(reader, number, own_columns(registry))


def _folded(former: Mirror, number: int, changed: Sequence[int]) -> Made:
    with shared_engine() as duck:
        rows = changed_rows(duck, changed)
    return fold_mirror(mirror_file(former.file), number, rows, changed)


def _next_number() -> int:
    """Taken before anything is read: of two refreshes at once, only the first one's number is still free at the end."""
    newest = Mirror.objects.order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1


def _swap(made: Made, number: int, marks: Sequence[int], at: datetime, context: JobContext | None) -> None:
    mirror = Mirror(number=number, file=made.file, rows=made.rows, columns=list(made.columns), made_at=at)
    try:
        with _transaction(context):
            Mirror.objects.filter(superseded_at__isnull=True).update(superseded_at=at)
            mirror.save(force_insert=True)
            _forget(marks)
    except IntegrityError:  # another worker's mirror came first: it is as good
        mirror_file(made.file).unlink(missing_ok=True)


def _give_up(former: Mirror | None, marks: Sequence[int], at: datetime, context: JobContext | None) -> Mirrored:
    with _transaction(context):
        if former is not None:
            Mirror.objects.filter(superseded_at__isnull=True).update(superseded_at=at)
        _forget(marks)
    return Mirrored("nothing" if former is None else "given_up", 0)


def _forget(marks: Sequence[int]) -> None:
    for start in range(0, len(marks), 500):
        CardMark.objects.filter(pk__in=marks[start : start + 500]).delete()


def _clean(at: datetime) -> None:
    """Remove mirrors that were superseded before the grace, and what a crash left behind."""
    Mirror.objects.filter(superseded_at__lt=at - _GRACE).delete()
    kept = {*Mirror.objects.values_list("file", flat=True)}
    for path in lists_folder().glob("mirror-*"):
        if path.name not in kept and path.stat().st_mtime < (at - _GRACE).timestamp():
            path.unlink(missing_ok=True)


@contextmanager
def _transaction(context: JobContext | None) -> Iterator[None]:
    with context.transaction() if context else transaction.atomic():
        yield
