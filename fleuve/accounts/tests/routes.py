"""Every route of every module with something plausible in each of its places; for tests that must forget none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from fleuve.kernel.guard import is_public, verb_of

__all__ = ["Route", "all_routes"]

_PLACE = re.compile(r"<(?:(\w+):)?\w+>")
_TEXTS = {"channel": "email"}


@dataclass(frozen=True)
class Route:
    """One address: its name, its pattern with ``{}`` where a number stands, and who may open it."""

    name: str
    pattern: str
    is_public: bool
    verb: str

    @property
    def has_number(self) -> bool:
        return "{}" in self.pattern

    def address(self, number: int = 1) -> str:
        """The address of a thing."""
        return self.pattern.replace("{}", str(number))


def all_routes() -> list[Route]:
    """Every route, by address."""
    return sorted(_routes(get_resolver()), key=lambda route: route.pattern)


def _routes(resolver: URLResolver, prefix: str = "/", module: str = "") -> Iterator[Route]:
    for entry in resolver.url_patterns:
        address = prefix + _PLACE.sub(_sample, str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _routes(entry, address, entry.app_name or module)
        elif isinstance(entry, URLPattern):
            view = entry.callback
            yield Route(f"{module}:{entry.name}".strip(":"), address, is_public(view), verb_of(view))


def _sample(place: re.Match[str]) -> str:
    return "{}" if place[1] in ("int", "id") else _TEXTS.get(place[1] or "", "x")
