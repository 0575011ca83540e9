"""How many rows a person may take out in 24 hours: pure, without clock and database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

__all__ = ["DAY", "DEFAULTS", "Allowance", "allowance"]

DAY: Final = timedelta(hours=24)

# Rows per person and day by role; none: as many as they like. Roles without exports of their own have no row.
DEFAULTS: Final[dict[str, int | None]] = {
    "owner": None,
    "manager": 100_000,
    "analyst": 100_000,
    "seller": 5_000,
    "agent": 5_000,
}
_NEAR_PERCENT: Final = 80


@dataclass(frozen=True)
class Allowance:
    """What is left of ``most`` rows, and when the oldest export of the last 24 hours no longer counts."""

    most: int | None
    taken: int
    until: datetime | None

    @property
    def left(self) -> int | None:
        """Rows that may still be taken out; none: no limit."""
        return None if self.most is None else max(0, self.most - self.taken)

    def holds(self, rows: int) -> bool:
        """Whether so many more rows may be taken out now."""
        return self.left is None or rows <= self.left

    def comes_near(self, rows: int) -> bool:
        """Whether four fifths are reached with these rows and were not before."""
        if not self.most:
            return False
        return self.taken * 100 < self.most * _NEAR_PERCENT <= (self.taken + rows) * 100


def allowance(most: int | None, taken: Sequence[tuple[datetime, int]], now: datetime) -> Allowance:
    """What a person with the limit ``most`` may still take out, after these exports (when, how many rows)."""
    counted = [(at, rows) for at, rows in taken if at > now - DAY and rows]
    until = min(at for at, _rows in counted) + DAY if counted else None
    return Allowance(most, sum(rows for _at, rows in counted), until)
