"""The people of these tests: Alice owns, Bob reads, Carol belongs elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from fleuve.kernel.principal import ANONYMOUS, Principal

__all__ = ["ALICE", "BOB", "CAROL", "NOON"]

ALICE: Final = Principal("user", "1", "Alice", "owner")
BOB: Final = Principal("user", "2", "Bob", "reader")
CAROL: Final = ANONYMOUS
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
