"""What an address asks of a list, and the address of the same list on another page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

__all__ = ["CARRIED", "DENSITIES", "Asked", "address", "asked_of"]

# What every page of lists hands on to the next; the filter (``f``) travels beside, the place in the list (``at``) ends.
CARRIED: Final = ("view", "show", "q", "cols", "sort", "density", "group", "sum")
DENSITIES: Final = ("comfortable", "compact")


@dataclass(frozen=True)
class Asked:
    """The tab, the words and whatever else an address carries beside its filter."""

    preset: str
    words: str
    density: str
    carried: tuple[tuple[str, str], ...]
    links: tuple[str, ...]

    def address_of(self, name: str, links: Iterable[str] | None = None, **changed: str | Sequence[str]) -> str:
        """The page of that name with the same list, or with another filter; ``changed`` replaces, "" leaves out."""
        kept = [(key, value) for key, value in self.carried if key not in changed]
        more = [
            (key, one)
            for key, value in changed.items()
            for one in ([value] if isinstance(value, str) else value)
            if one
        ]
        return address(name, [*kept, *more], self.links if links is None else links)


def asked_of(given: QueryDict) -> Asked:
    """What was asked for; a density that is none is left to whoever looks."""
    density = given.get("density", "")
    return Asked(
        preset=given.get("show", "all"),
        words=given.get("q", ""),
        density=density if density in DENSITIES else "",
        carried=tuple((name, str(one)) for name in CARRIED for one in given.getlist(name) if one),
        links=tuple(str(one) for one in given.getlist("f")),
    )


def address(name: str, pairs: Iterable[tuple[str, str]], links: Iterable[str] = ()) -> str:
    """The page of that name with these parameters and this filter."""
    query = urlencode([*pairs, *(("f", one) for one in links)], safe=":|,()")
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value
