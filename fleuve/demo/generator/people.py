"""Who: made-up persons and organisations with addresses, and what they refuse. Knows no database.

Surnames are put together from syllables (12,000 or so in each language), so that a million people are neither all
called the same nor all unlike one another: searching has something to find and something to tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fleuve.demo.generator.recipe import Recipe
from fleuve.demo.generator.words import COUNTRIES, WORDS, every
from fleuve.kernel.search_text import fold

__all__ = ["BLOCK", "Someone", "people"]

BLOCK: Final = 20_000
_PERSONS: Final = 0.7
_HAS: Final = {"email": 0.88, "phone": 0.72, "post": 0.80}
_REFUSES: Final = {"email": 0.30, "phone": 0.36, "post": 0.12}  # together, three in five refuse something
_UNTOLD_CITY: Final = 0.03
# ARCEP keeps these beginnings for fiction; each has ten thousand numbers, and a large population shares them.
_FICTION: Final = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49")
_NUMBERS: Final = 10_000

_SURNAMES: Final = {
    language: sorted({
        name.capitalize()
        for name in every(
            WORDS["surname_start"][language], WORDS["surname_middle"][language], WORDS["surname_end"][language]
        )
    })
    for language in ("fr", "en")
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Someone:
    """One made-up customer, as a source would tell of them. Blank where it does not tell."""

    number: str
    kind: str
    name: str
    first_name: str
    last_name: str
    street: str
    postcode: str
    city: str
    country: str
    email: str
    phone: str
    has_post: bool
    refuses: tuple[str, ...]


def people(recipe: Recipe) -> Iterator[list[Someone]]:
    """Everybody, in blocks and in the order of their numbers."""
    for part, start in enumerate(range(0, recipe.customers, BLOCK)):
        count = min(BLOCK, recipe.customers - start)
        yield _block(recipe.rng("people", part), start, count)


def _block(rng: np.random.Generator, start: int, count: int) -> list[Someone]:
    shares = [country.share for country in COUNTRIES]
    country = rng.choice(len(COUNTRIES), count, p=shares).tolist()
    # Squared: the first towns of a list are as large as towns are, and the last ones small.
    draws = rng.random((9, count))
    draws[0] *= draws[0]
    has = {channel: (rng.random(count) < share).tolist() for channel, share in _HAS.items()}
    refuses = {channel: (rng.random(count) < share).tolist() for channel, share in _REFUSES.items()}
    return [
        _someone(
            start + place,
            country[place],
            draw,
            frozenset(channel for channel in _HAS if has[channel][place]),
            tuple(channel for channel in _REFUSES if refuses[channel][place]),
        )
        for place, draw in enumerate(draws.T.tolist())
    ]


def _someone(place: int, country: int, draw: list[float], has: frozenset[str], refuses: tuple[str, ...]) -> Someone:
    land = COUNTRIES[country]
    is_person = draw[1] < _PERSONS
    surname = _pick(_SURNAMES[land.language], draw[2])
    first = _pick(WORDS["first"][land.language], draw[3]) if is_person else ""
    name = f"{first} {surname}" if is_person else _pick(WORDS["trade"][land.language], draw[3]).format(surname)
    number = f"C{place:07d}"
    city = "" if draw[4] < _UNTOLD_CITY else _pick(land.towns, draw[0])
    has_post = "post" in has and bool(city)
    return Someone(
        number=number,
        kind="person" if is_person else "organisation",
        name=name,
        first_name=first,
        last_name=surname if is_person else "",
        street=_street(land.language, draw[5]) if has_post else "",
        postcode=land.postcode.format(int(draw[6] * 90 + 10)) if has_post else "",
        city=city,
        country=land.name,
        email=_email(first, surname, place) if "email" in has else "",
        phone=_phone(draw[7], draw[8]) if "phone" in has else "",
        has_post=has_post,
        refuses=refuses,
    )


def _pick(words: Sequence[str], draw: float) -> str:
    return words[int(draw * len(words))]


def _street(language: str, draw: float) -> str:
    streets = WORDS["street"][language]
    house, street = divmod(int(draw * 120 * len(streets)), len(streets))
    return f"{house + 1} {streets[street]}"


def _email(first: str, surname: str, place: int) -> str:
    written = ".".join(fold(part) for part in (first or "office", surname))
    return f"{written}.{place}@example.org"


def _phone(beginning: float, rest: float) -> str:
    pairs = divmod(int(rest * _NUMBERS), 100)
    return f"{_pick(_FICTION, beginning)} {pairs[0]:02d} {pairs[1]:02d}"
