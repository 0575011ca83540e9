"""Where the organisation is: the time zone of schedules and the language of a job's sentences.

``accounts`` knows, and stands above this module: it registers a provider when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

__all__ = ["Place", "place", "provide_place"]


@dataclass(frozen=True)
class Place:
    """The organisation's time zone and language."""

    zone: ZoneInfo
    language: str


_provider: Callable[[], Place] | None = None


def provide_place(provider: Callable[[], Place] | None) -> None:
    """Register who knows the organisation's place; ``None`` forgets it."""
    global _provider
    _provider = provider


def place() -> Place:
    """The organisation's place; UTC and English until someone provides it."""
    return _provider() if _provider else Place(ZoneInfo("UTC"), "en")
