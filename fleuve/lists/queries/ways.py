"""What a list says of itself and where it leads: its filter in a sentence, the builder, its groups, closer rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from fleuve.attributes import EVERYTHING, Node, Registry, describe
from fleuve.lists.queries.asked import DENSITIES, Asked, asked_of

__all__ = ["Ways", "ways_of"]

_LIST = "workspace:customers"


@dataclass(frozen=True)
class Ways:
    """``sentence`` is empty where everybody is listed or a chip says it; ``densities``: (key, address, is in force)."""

    sentence: str
    filter_url: str
    groups_url: str
    densities: tuple[tuple[str, str, bool], ...]


def ways_of(given: QueryDict, node: Node, attributes: Registry, currency: str) -> Ways:
    """From the list of this address."""
    asked = asked_of(given)
    return Ways(
        # One condition stands on its chip already, word for word.
        sentence="" if node == EVERYTHING or len(asked.links) == 1 else describe(node, attributes, currency=currency),
        filter_url=asked.address_of("lists:filter"),
        groups_url=asked.address_of("lists:groups", sort=""),
        densities=_densities(asked, given),
    )


def _densities(asked: Asked, given: QueryDict) -> tuple[tuple[str, str, bool], ...]:
    """The same page with roomy or close rows; the place in the list stays."""
    place = given.get("at", "")
    return tuple((key, asked.address_of(_LIST, density=key, at=place), key == asked.density) for key in DENSITIES)
