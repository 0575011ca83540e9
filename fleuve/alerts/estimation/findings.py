"""What was found about one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from fleuve.alerts.rules import Episode, Kind

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """Something unusual: about whom, since when, on which facts, for how much money; whether it is news to anybody."""

    party: int
    kind: Kind
    since: date
    facts: dict[str, Any]
    at_stake: int
    is_news: bool = True

    @property
    def episode(self) -> Episode:
        """What it is about."""
        return Episode(self.kind, self.since)
