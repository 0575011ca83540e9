"""Rows that leave as a file: counted, before the first is read, by the module that keeps the limits.

Modules below it take lists out too, so it registers itself in ``apps.ready``, like the kinds of notices.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from fleuve.kernel.principal import Principal, require

__all__ = ["Counter", "count_export", "register_counter"]


class Counter(Protocol):
    """Counts an export against what its maker may take out and tells the audit trail; raises when it is too much."""

    def __call__(
        self, *, subject: str, form: str, rows: int, filter_digest: str, by: Principal, at: datetime
    ) -> object: ...


_counters: list[Counter] = []


def register_counter(counter: Counter) -> None:
    """Have exports counted."""
    if counter not in _counters:
        _counters.append(counter)


def count_export(*, subject: str, form: str, rows: int, filter_digest: str = "", by: Principal, at: datetime) -> None:
    """An export of so many rows is about to be read; ``filter_digest`` tells two filters apart and names nobody."""
    require(by, "export")
    if not _counters:
        raise RuntimeError("nobody counts what leaves: register_counter() in apps.ready of whoever keeps the limits")
    for counter in _counters:
        counter(subject=subject, form=form, rows=rows, filter_digest=filter_digest, by=by, at=at)
