"""Gauges that modules offer to whoever watches this install: counts and seconds, never ids or names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Measure", "Reading", "measures", "register"]

Reading = float | Mapping[str, float]


@dataclass(frozen=True)
class Measure:
    """One gauge: ``read`` answers a number, or one number a label (``{"quick": 3, "heavy": 0}``)."""

    name: str
    help: str
    read: Callable[[], Reading]


_measures: dict[str, Measure] = {}


def register(name: str, help: str, read: Callable[[], Reading]) -> None:
    """Offer a gauge, from a module's ``apps.ready``; a cheap read, asked at each look."""
    if not name.isascii() or not name.replace("_", "").isalnum():
        raise ValueError(f"{name!r} is no name of a measure: letters, digits and underscores")
    _measures[name] = Measure(name, help, read)


def measures() -> tuple[Measure, ...]:
    """Every gauge, by name."""
    return tuple(_measures[name] for name in sorted(_measures))
