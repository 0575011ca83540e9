"""The filter language: four frozen kinds of node.

A filter is a tree. ``All(())`` holds for every row and ``Any_(())`` for none. Trees compare, hash and round-trip
through JSON (``reading.parse``, ``reading.to_json``) and through a readable URL form (``compact``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

__all__ = ["EVERYTHING", "All", "Any_", "Is", "Node", "Not", "Scalar", "Value", "leaves"]

Scalar: TypeAlias = str | int | float | bool | date
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Any_:  # noqa: N801 - ``Any`` is taken by typing
    """At least one part holds."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Not:
    """The part does not hold: the exact complement, rows without a value included."""

    part: Node


@dataclass(frozen=True)
class Is:
    """One attribute, one operator, one value: ``Is("city", "is", "Paris")``; money values are minor units."""

    key: str
    operator: str
    value: Value = None


Node: TypeAlias = All | Any_ | Not | Is
EVERYTHING: Final = All()


def leaves(node: Node) -> Iterator[Is]:
    """Every ``Is`` of the tree, left to right."""
    match node:
        case Is():
            yield node
        case Not(part):
            yield from leaves(part)
        case All(parts) | Any_(parts):
            for part in parts:
                yield from leaves(part)
