"""A filter while somebody builds it: the same tree as the language's, its values still the texts that were typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["BoughtLine", "Bracket", "Line", "Part", "Word", "line_count", "walked"]

Word: TypeAlias = Literal["all", "any"]


@dataclass(frozen=True)
class Line:
    """A condition on an attribute."""

    key: str
    operator: str
    texts: tuple[str, ...] = ()
    is_negated: bool = False


@dataclass(frozen=True)
class BoughtLine:
    """A condition on what was bought; ``days`` count in the window *last*, the two others in *between*."""

    measure: str = "times"
    operator: str = "at_least"
    texts: tuple[str, ...] = ()
    window: str = "always"
    days: str = ""
    from_day: str = ""
    to_day: str = ""
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    is_negated: bool = False


@dataclass(frozen=True)
class Bracket:
    """Lines and brackets of which all hold, or any."""

    word: Word = "all"
    parts: tuple[Part, ...] = ()
    is_negated: bool = False


Part: TypeAlias = Line | BoughtLine | Bracket


def walked(part: Part, path: str = "r") -> Iterator[tuple[str, Part]]:
    """The part and everything in it with its place: ``r`` the whole, ``r-0-2`` the third part of its first one."""
    yield path, part
    if isinstance(part, Bracket):
        for number, inner in enumerate(part.parts):
            yield from walked(inner, f"{path}-{number}")


def line_count(part: Part) -> int:
    """How many conditions it has."""
    return sum(1 for _path, one in walked(part) if not isinstance(one, Bracket))
