"""Small recurring duties of a worker between two jobs: look at the schedules, empty an outbox.

A chore is cheap when there is nothing to do (one indexed read) and short when there is (SQLite has one writer).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Chore", "chores", "register_chore"]


@dataclass(frozen=True)
class Chore:
    """A function of the time, called every ``every_seconds`` by workers of the quick queue."""

    function: Callable[[datetime], None]
    every_seconds: float


_chores: dict[str, Chore] = {}


def register_chore(function: Callable[[datetime], None], *, every_seconds: float) -> None:
    """Have the quick workers call ``function(now)`` about every ``every_seconds``."""
    _chores[f"{function.__module__}.{function.__qualname__}"] = Chore(function, every_seconds)


def chores() -> tuple[Chore, ...]:
    """Every registered chore."""
    return tuple(_chores.values())
