"""The filter language: five frozen kinds of node.

A filter is a tree. ``All(())`` holds for every row and ``Any_(())`` for none. Trees compare, hash and round-trip
through JSON (``reading.parse``, ``reading.to_json``) and through a readable URL form (``compact``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

__all__ = [
    "ALWAYS",
    "EVERYTHING",
    "All",
    "Always",
    "Any_",
    "Between",
    "Bought",
    "Is",
    "LastDays",
    "Measure",
    "Node",
    "Not",
    "Scalar",
    "Value",
    "Window",
    "leaves",
]

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


@dataclass(frozen=True)
class LastDays:
    """Today and the days before it, ``days`` back: of 1 March, the last 28 days begin on 1 February."""

    days: int


@dataclass(frozen=True)
class Between:
    """From one day to another, both included."""

    from_day: date
    to_day: date


@dataclass(frozen=True)
class Always:
    """Everything that was ever bought."""


Window: TypeAlias = LastDays | Between | Always
Measure: TypeAlias = Literal["times", "days", "money", "quantity"]
ALWAYS: Final = Always()


@dataclass(frozen=True)
class Bought:
    """What a customer bought over a window: how many times, on how many days, for how much, how many pieces.

    Only purchases of the named products, categories and sources count; none named means all. Somebody who never bought
    has bought 0 times, so ``at_most 0`` is the exact complement of ``at_least 1``.
    """

    measure: Measure
    operator: str
    value: Value
    window: Window = ALWAYS
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()


Node: TypeAlias = All | Any_ | Not | Is | Bought
EVERYTHING: Final = All()


def leaves(node: Node) -> Iterator[Is]:
    """Every ``Is`` of the tree, left to right; what was bought is about no attribute."""
    match node:
        case Is():
            yield node
        case Not(part):
            yield from leaves(part)
        case All(parts) | Any_(parts):
            for part in parts:
                yield from leaves(part)
