"""The words that made-up people, products and remarks are put together from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["COUNTRIES", "WORDS", "Country", "every"]

WORDS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "data" / "people.json").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Country:
    """A country, how much of the business it has, and its towns, the large ones first served."""

    name: str
    language: str
    share: float
    postcode: str
    towns: Sequence[str]


COUNTRIES: Final = tuple(Country(**told) for told in WORDS["country"])


def every(*parts: Sequence[str]) -> list[str]:
    """Each combination of one word from each list."""
    found = [""]
    for part in parts:
        found = [start + end for start in found for end in part]
    return found
