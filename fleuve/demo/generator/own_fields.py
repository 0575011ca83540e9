"""Twelve fields that people of the house made, of every type, filled as such fields are: a few well, most hardly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from fleuve.demo.generator.house import HOUSE, House
from fleuve.demo.generator.recipe import DAYS, IntArray
from fleuve.demo.generator.tables import Rows
from fleuve.kernel.search_text import fold
from fleuve.parties.models import OwnField, OwnValue

__all__ = ["own_fields", "own_values"]

_BATCH: Final = 50_000
_MILLIONTHS: Final = 1_000_000  # how numbers are stored

Draw = Callable[[House, np.random.Generator, int], dict[str, Any]]


@dataclass(frozen=True)
class _Field:
    """A field, how often it is filled, and what is drawn into it."""

    key: str
    label: str
    type: str
    filled: float
    draw: Draw
    choices: tuple[str, ...] = ()
    currency: str = ""


def own_fields(house: House) -> Rows:
    """The twelve fields."""
    count = len(_FIELDS)
    told = HOUSE | {
        "id": house.recipe.ids(OwnField._meta.db_table, count),
        "key": [field.key for field in _FIELDS],
        "type": [field.type for field in _FIELDS],
        "label": [field.label for field in _FIELDS],
        "label_folded": [fold(field.label) for field in _FIELDS],
        "choices": [json.dumps([_choice(label) for label in field.choices]) for field in _FIELDS],
        "currency": [field.currency for field in _FIELDS],
        "order": list(range(count)),
        "created_at": house.at,
    }
    return Rows(OwnField, count, told)


def own_values(house: House) -> Iterator[Rows]:
    """What records say in these fields, field by field."""
    ids = house.recipe.ids(OwnField._meta.db_table, len(_FIELDS))
    for field, field_id in zip(_FIELDS, ids.tolist(), strict=True):
        rng = house.recipe.rng(f"own {field.key}")
        filled = np.flatnonzero(rng.random(house.recipe.customers) < field.filled)
        for start in range(0, filled.size, _BATCH):
            some = filled[start : start + _BATCH]
            told = field.draw(house, rng, some.size) | {
                "id": house.next_ids(OwnValue, some.size),
                "record_id": house.records[some],
                "field_id": field_id,
                "updated_at": house.at,
            }
            yield Rows(OwnValue, some.size, told)


def _choice(label: str) -> dict[str, Any]:
    return {"key": fold(label), "label": label, "removed": False}


def _numbers(low: int, high: int, step: int = _MILLIONTHS) -> Draw:
    """Whole numbers as stored, from ``low`` to ``high`` steps."""

    def draw(_house: House, rng: np.random.Generator, count: int) -> dict[str, Any]:
        found: IntArray = rng.integers(low, high + 1, count) * step
        return {"number": found}

    return draw


def _days(_house: House, rng: np.random.Generator, count: int) -> dict[str, Any]:
    return {"day": _house.calendar.day(rng.integers(DAYS // 2, DAYS, count))}


def _one_of(*labels: str) -> Draw:
    keys = [fold(label) for label in labels]

    def draw(_house: House, rng: np.random.Generator, count: int) -> dict[str, Any]:
        drawn = [keys[place] for place in rng.integers(0, len(keys), count)]
        return {"text": drawn, "folded": drawn}

    return draw


def _some_of(*labels: str) -> Draw:
    keys = [fold(label) for label in labels]

    def draw(_house: House, rng: np.random.Generator, count: int) -> dict[str, Any]:
        pairs = rng.integers(0, len(keys), (count, 2)).tolist()
        packed = [f"|{'|'.join(sorted({keys[one], keys[other]}))}|" for one, other in pairs]
        return {"text": packed, "folded": packed}

    return draw


def _texts(form: str) -> Draw:
    def draw(_house: House, rng: np.random.Generator, count: int) -> dict[str, Any]:
        typed = [form.format(number) for number in rng.integers(0, 100_000, count)]
        return {"text": typed, "folded": [fold(text) for text in typed]}

    return draw


def _links(house: House, rng: np.random.Generator, count: int) -> dict[str, Any]:
    return {"number": house.parties[rng.integers(0, house.parties.size, count)]}


_WAYS: Final = ("Shop", "Web", "Phone", "Fair")
_INTERESTS: Final = ("Ceramics", "Garden", "Kitchen", "Lamps", "Linen", "Toys")
_FIELDS: Final = (
    _Field("catalogue_wanted", "Catalogue wanted", "yes_no", 0.90, _numbers(0, 1, 1)),
    _Field("way_of_ordering", "Way of ordering", "choice", 0.75, _one_of(*_WAYS), _WAYS),
    _Field("yearly_budget", "Yearly budget", "money", 0.60, _numbers(5, 5_000, 1_000), currency="EUR"),
    _Field("interests", "Interests", "choices", 0.50, _some_of(*_INTERESTS), _INTERESTS),
    _Field("next_visit", "Next visit", "date", 0.40, _days),
    _Field("employees", "Employees", "number", 0.30, _numbers(1, 250)),
    _Field("delivery_remark", "Delivery remark", "text", 0.25, _texts("Ring at door {}")),
    _Field("their_number_for_us", "Their number for us", "text", 0.20, _texts("F-{:05d}")),
    _Field("contract_until", "Contract until", "date", 0.15, _days),
    _Field("floor_space", "Floor space (m²)", "number", 0.12, _numbers(200, 4_000, _MILLIONTHS // 10)),
    _Field("discount", "Discount (%)", "number", 0.10, _numbers(1, 30)),
    _Field("recommended_by", "Recommended by", "link", 0.10, _links),
)
