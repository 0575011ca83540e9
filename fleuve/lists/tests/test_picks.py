"""Columns laid beside a mirror's rows: the marks stay with their rows, however many there are and whatever changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import duckdb
import numpy as np
import pytest

from fleuve.lists.bought.reading import Holders, places_of
from fleuve.lists.mirror.picks import Kept, Laid, Pick, rows_with

# More than two row groups of DuckDB, so that two threads share the reading.
_ROWS: Final = 300_000
_IDS: Final = np.arange(_ROWS, dtype=np.int64) * 7 + 5


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A mirror of numbers, of which every thousandth was marked since; the first ten of these are gone."""
    file = tmp_path_factory.mktemp("mirror") / "mirror.duckdb"
    with duckdb.connect(file) as made:
        made.execute(f"CREATE TABLE card AS SELECT range * 7 + 5 AS party_id, range % 10 AS digit FROM range({_ROWS})")
    with duckdb.connect(config={"threads": 2}) as duck:
        duck.execute(f"ATTACH '{file}' AS mirror (READ_ONLY)")
        duck.execute("CREATE TABLE marked_mirror AS SELECT party_id FROM mirror.card WHERE (party_id - 5) % 7000 = 0")
        duck.execute(
            "CREATE TABLE live_mirror AS SELECT party_id, -1 AS digit FROM marked_mirror WHERE party_id > 70000"
        )
        yield duck


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.4, 1.0])
@pytest.mark.parametrize("are_marked", [True, False])
def test_a_laid_column_says_of_each_row_what_was_picked(
    duck: duckdb.DuckDBPyConnection, share: float, are_marked: bool
) -> None:
    picked = np.random.default_rng(7).random(_ROWS) < share
    laid = [
        Laid("laid_0", Pick.of(picked), "digit = ?", (-1,)),
        Laid("laid_1", Pick.of(~picked), "party_id = ?", (140_005,)),
    ]
    for one in laid:
        one.register(duck)
    rows, parameters = rows_with("mirror", laid, are_marked=are_marked)
    found = duck.execute(f"SELECT party_id, laid_0, laid_1, digit FROM {rows} ORDER BY party_id", list(parameters))
    told = {party: tuple(rest) for party, *rest in found.fetchall()}
    wanted = {
        int(party): (bool(is_picked), not is_picked, place % 10)
        for place, (party, is_picked) in enumerate(zip(_IDS.tolist(), picked.tolist(), strict=True))
        if not (are_marked and place % 1000 == 0)
    }
    if are_marked:
        wanted |= {int(one): (True, one == 140_005, -1) for one in _IDS[::1000].tolist() if one > 70_000}
    assert told == wanted


def test_few_are_named_and_many_are_marked() -> None:
    picked = np.zeros(1_000, bool)
    picked[[3, 900]] = True
    few = Pick.of(picked)
    assert few.marks is None
    assert few.places is not None
    assert few.places.tolist() == [3, 900]
    many = Pick.of(~picked)
    assert many.places is None
    assert many.marks is not None
    assert many.marks.to_pylist() == (~picked).tolist()


@pytest.mark.parametrize("are_others", [True, False])
def test_whoever_never_bought_stands_beyond_the_last(are_others: bool) -> None:
    found = Holders(np.array([10, 20, 30]), np.array([True, False, True]), are_others)
    places = places_of(found.party, np.array([5, 10, 20, 25, 30, 99]))
    assert found.among(places).tolist() == [are_others, True, False, are_others, True, are_others]
    assert places_of(np.array([], np.int64), np.array([5])).tolist() == [0]


def test_what_was_made_last_is_kept() -> None:
    kept = Kept()
    made: list[int] = []

    def make(number: int) -> int:
        def anew() -> int:
            made.append(number)
            return number

        return int(kept.get(number, anew))

    assert [make(number) for number in (1, 2, 1)] == [1, 2, 1]
    assert made == [1, 2]
    for number in range(100, 123):
        make(number)
    make(1)
    make(2)
    assert made[-1] == 2
    assert made.count(1) == 1


def test_the_marks_fit_in_an_eighth_of_a_byte_each() -> None:
    marks = Pick.of(np.ones(80_000, bool)).marks
    assert marks is not None
    assert marks.nbytes == 10_000
