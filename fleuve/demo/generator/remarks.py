"""What colleagues wrote about customers, and what they still want to do for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from fleuve.demo.generator.house import COLLEAGUES, House
from fleuve.demo.generator.recipe import DAYS, IntArray
from fleuve.demo.generator.tables import OPEN_MINUTES, Rows
from fleuve.demo.generator.words import COUNTRIES, WORDS
from fleuve.notes.models import Note
from fleuve.tasks.models import Task

__all__ = ["remarks"]

_NOTES: Final = 0.3  # per customer
_TASKS: Final = 0.1
_PINNED: Final = 0.02
_DONE: Final = 0.7
_UNDATED: Final = 0.1
_LOOK_AHEAD: Final = 30  # the last days of the calendar have the tasks that are still open
_BATCH: Final = 50_000

_TOWNS: Final = [town for country in COUNTRIES for town in country.towns]
_THINGS: Final = [noun for nouns in WORDS["product"]["noun"].values() for noun in nouns]


def remarks(house: House) -> Iterator[Rows]:
    """Notes in the order in which they were written, then tasks."""
    yield from _notes(house)
    yield from _tasks(house)


def _notes(house: House) -> Iterator[Rows]:
    rng = house.recipe.rng("notes")
    total = house.recipe.share(_NOTES)
    days = np.sort(rng.integers(0, DAYS, total))
    for start in range(0, total, _BATCH):
        day = days[start : start + _BATCH]
        at = house.calendar.at(day, rng.integers(0, OPEN_MINUTES, day.size))
        told = _by(house, rng, day.size) | {
            "id": house.next_ids(Note, day.size),
            "record_id": _records(house, rng, day.size),
            "body": _filled(rng, WORDS["note"], day.size),
            "is_pinned": rng.random(day.size) < _PINNED,
            "created_at": at,
            "updated_at": at,
        }
        yield Rows(Note, day.size, told)


def _tasks(house: House) -> Iterator[Rows]:
    """Most are done; those that are not are due around the last day, some of them too late."""
    rng = house.recipe.rng("tasks")
    total = house.recipe.share(_TASKS)
    for start in range(0, total, _BATCH):
        count = min(_BATCH, total - start)
        is_done = rng.random(count) < _DONE
        due = np.where(
            is_done, rng.integers(0, DAYS - _LOOK_AHEAD, count), rng.integers(DAYS - _LOOK_AHEAD, DAYS, count)
        )
        assigned = rng.integers(0, len(COLLEAGUES), count)
        day = house.calendar.day(due).to_pylist()
        done = house.calendar.at(due, rng.integers(0, OPEN_MINUTES, count)).to_pylist()
        undated = (rng.random(count) < _UNDATED).tolist()
        told = _by(house, rng, count) | {
            "id": house.next_ids(Task, count),
            "title": _filled(rng, WORDS["task"], count),
            "record_id": _records(house, rng, count),
            "assigned_id": house.users[assigned],
            "assigned_label": [COLLEAGUES[place] for place in assigned],
            "due_on": [None if late else on for on, late in zip(day, undated, strict=True)],
            "priority": rng.integers(0, 3, count),
            "done_at": [at if over else None for at, over in zip(done, is_done.tolist(), strict=True)],
            "done_by_label": [COLLEAGUES[who] if over else "" for who, over in zip(assigned, is_done, strict=True)],
            "created_at": house.at,
            "updated_at": house.at,
        }
        yield Rows(Task, count, told)


def _records(house: House, rng: np.random.Generator, count: int) -> IntArray:
    """Squared: the early customers have been talked about most."""
    return house.records[(rng.random(count) ** 2 * house.records.size).astype(np.int64)]


def _by(house: House, rng: np.random.Generator, count: int) -> dict[str, Any]:
    who = rng.integers(0, len(COLLEAGUES), count)
    return {
        "by_kind": "user",
        "by_id": [str(user) for user in house.users[who].tolist()],
        "by_label": [COLLEAGUES[place] for place in who],
    }


def _filled(rng: np.random.Generator, forms: list[str], count: int) -> list[str]:
    """Sentences with a town or a product in them, where they name one."""
    drawn = rng.integers(0, (len(forms), len(_TOWNS), len(_THINGS)), (count, 3)).tolist()
    return [forms[form].format(town=_TOWNS[town], product=_THINGS[thing]) for form, town, thing in drawn]
