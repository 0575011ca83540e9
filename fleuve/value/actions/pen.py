"""How a long computation writes: in short transactions, below the ORM, and only while it is the newest one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import connection, models, transaction

from fleuve.jobs import Chunker, JobContext
from fleuve.value.errors import ValuationReplaced
from fleuve.value.models import MonthEnd, Valuation, ValueBlock

__all__ = ["MOST_BLOCKS", "Pen"]

_SECONDS_AIMED_AT: Final = 0.09
Rows = TypeVar("Rows", bound=Sequence[Any])
# Blocks of some thousand customers: as many megabytes as go into a transaction of this length.
_MOST_BYTES: Final = 8_000_000
MOST_BLOCKS: Final = 64


class Pen:
    """Writes for one valuation. A worker that lost its lease, or was overtaken by a newer valuation, writes nothing."""

    def __init__(self, valuation: Valuation, context: JobContext | None) -> None:
        self._valuation, self._context = valuation, context
        self._chunker = Chunker(aim_seconds=_SECONDS_AIMED_AT)
        self.meanwhile: Callable[[], None] | None = None
        """Called between chunks: what else has become ready to be written."""

    def transaction(self) -> AbstractContextManager[None]:
        """A short transaction, fenced by the job's lease where there is a job."""
        return self._context.transaction() if self._context else transaction.atomic()

    def require_newest(self) -> None:
        """Raise ``ValuationReplaced`` when another valuation has begun; call it first in a transaction."""
        states = Valuation.objects.filter(pk=self._valuation.pk).values_list("state", flat=True)
        if list(states) == [Valuation.State.SUPERSEDED]:
            raise ValuationReplaced(f"Valuation {self._valuation.pk} was replaced by a newer one.")

    def progress(self, step: str, done: int = 0, total: int | None = None) -> None:
        """Tell the job how far it is; raises when the job must end."""
        if self._context:
            self._context.progress(step=step, done=done, total=total)

    def now(self, at: datetime) -> datetime:
        """The time for "finished" marks: the job's clock, or the time that the caller gave."""
        return self._context.now() if self._context else at

    def insert(
        self,
        model: type[models.Model],
        columns: Sequence[str],
        total: int,
        rows: Callable[[int, int], Sequence[Sequence[Any]]],
        step: str,
    ) -> None:
        """Insert ``total`` rows, made by ``rows(start, size)``, in short transactions."""
        table = connection.ops.quote_name(model._meta.db_table)
        names = ", ".join(connection.ops.quote_name(name) for name in columns)
        statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"

        def write(made: Sequence[Sequence[Any]]) -> None:
            with connection.cursor() as cursor:
                cursor.executemany(statement, made)

        self.in_chunks(total, rows, write, step)

    def create(self, rows: Sequence[MonthEnd] | Sequence[ValueBlock], step: str) -> None:
        """Insert blocks, some megabytes at a time."""

        def some(start: int, size: int) -> Sequence[models.Model]:
            return rows[start : start + size]

        def write(some: Sequence[models.Model]) -> None:
            type(some[0])._default_manager.bulk_create(some)

        most = _MOST_BYTES * len(rows) // (1 + sum(len(row.rows) for row in rows))
        self.in_chunks(len(rows), some, write, step, max(1, most))

    def in_chunks(
        self,
        total: int,
        make: Callable[[int, int], Rows],
        write: Callable[[Rows], None],
        step: str,
        most: int | None = None,
    ) -> None:
        """Write ``make(start, size)`` of ``total`` things, in checked transactions (of at most ``most``)."""
        for start, size in self._chunker.chunks(total, most):
            self.progress(step, start, total)
            made = make(start, size)  # before the transaction, which others wait for
            with self._measured():
                write(made)
            self._look_aside()

    def until_none(self, write: Callable[[int], int], step: str) -> None:
        """Call ``write(size)``, which returns how many rows it changed, until it changes none."""
        changed = 1
        while changed:
            self.progress(step)
            with self._measured():
                changed = write(self._chunker.size)

    def _look_aside(self) -> None:
        aside, self.meanwhile = self.meanwhile, None  # what it writes is not interrupted in turn
        if aside:
            aside()
            self.meanwhile = aside

    @contextmanager
    def _measured(self) -> Iterator[None]:
        """A transaction in its time, checked."""
        with self._chunker.measured(self.transaction):
            self.require_newest()
            yield
