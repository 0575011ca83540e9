"""Simulated shop names and contact details for customers that the example data know by number only.

Each customer's draws are seeded by the number; a name already taken by an earlier customer of the list is drawn again.
Phone numbers lie in the ranges that Ofcom keeps for drama and e-mail addresses under the reserved example domains.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SimulatedCustomer", "simulated_customers"]

_SEED = "fleuve example 2011"
_REFUSES = {"email": 0.06, "phone": 0.12, "post": 0.02}
_WITHOUT = {"email": 0.05, "phone": 0.10}

_WORDS = json.loads((Path(__file__).parent / "data" / "names.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class SimulatedCustomer:
    """A made-up shop for one customer number: nothing here was in the data but ``number`` and ``country``."""

    number: str
    country: str
    name: str
    town: str
    email: str
    phone: str
    refuses: frozenset[str]


def simulated_customers(customers: Iterable[tuple[str, str]]) -> Iterator[SimulatedCustomer]:
    """One simulated shop per (customer number, country), names unique among them, in the order given."""
    taken: set[str] = set()
    for number, country in customers:
        draw = random.Random(f"{_SEED}:{number}")
        name = _name(draw, country)
        while name in taken:
            name = _name(draw, country)
        taken.add(name)
        yield _customer(draw, number, country, name)


def _name(draw: random.Random, country: str) -> str:
    first: str = draw.choice(_WORDS["first"])
    stem = f"{first} {draw.choice(_WORDS['second'])}" if draw.random() < 0.5 else first
    abroad = _WORDS["abroad"].get(country)
    return f"{draw.choice(abroad['stems'])} {stem}" if abroad else f"{stem} {draw.choice(_WORDS['trade'])}"


def _town(draw: random.Random, country: str) -> str:
    towns = _WORDS["towns"] if country == "United Kingdom" else _WORDS["abroad"].get(country, {}).get("towns", [""])
    town: str = draw.choice(towns)
    return town


def _customer(draw: random.Random, number: str, country: str, name: str) -> SimulatedCustomer:
    domain = "".join(letter for letter in name.casefold() if letter.isascii() and letter.isalnum())
    phone = f"+44 {draw.choice(_WORDS['drama_numbers'])}{draw.randrange(1000):03d}"
    return SimulatedCustomer(
        number=number,
        country=country,
        name=name,
        town=_town(draw, country),
        email="" if draw.random() < _WITHOUT["email"] else f"orders@{domain}.example.com",
        phone="" if country != "United Kingdom" or draw.random() < _WITHOUT["phone"] else phone,
        refuses=frozenset(channel for channel, share in _REFUSES.items() if draw.random() < share),
    )
