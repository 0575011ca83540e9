"""docs/rules/purchases.md, "1. A reversed order is no purchase": which credit takes back which purchase."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleuve.history.matching import Credits, Matches, Sales, match_returns

YEAR = 365 * 86_400
Line: TypeAlias = tuple[int, int, int, int]  # pair, seconds, measure, price


def _sales(*rows: Line) -> Sales:
    """Rows of (pair, seconds, measure, price); the line number is the position."""
    ordered = sorted(enumerate(rows), key=lambda entry: (entry[1][0], entry[1][1], entry[0]))
    columns = [[index, *row] for index, row in ordered]
    return Sales(*np.array(columns, np.int64).reshape(-1, 5).T.copy())


def _credits(*rows: Line) -> Credits:
    return Credits(*astuple(_sales(*rows)))


def _pairs(found: Matches) -> set[tuple[int, int, int]]:
    return {(int(c), int(s), int(m)) for c, s, m in zip(*astuple(found), strict=True)}


def _match(sales: list[Line], credits: list[Line], window: int = YEAR) -> Matches:
    return match_returns(_sales(*sales), _credits(*credits), np.full(len(credits), window, np.int64))


@pytest.mark.parametrize(
    ("what", "sales", "credits", "expected"),
    [
        ("a full return", [(0, 10, 5, 100)], [(0, 20, 5, 100)], {(0, 0, 5)}),
        ("a partial return", [(0, 10, 5, 100)], [(0, 20, 2, 100)], {(0, 0, 2)}),
        ("a purchase made after the credit", [(0, 30, 5, 100)], [(0, 20, 5, 100)], set()),
        ("another customer or product", [(1, 10, 5, 100)], [(0, 20, 5, 100)], set()),
        ("more than was bought", [(0, 10, 5, 100)], [(0, 20, 6, 100)], set()),
        ("the nearest of two", [(0, 10, 9, 100), (0, 15, 9, 100)], [(0, 20, 5, 100)], {(0, 1, 5)}),
        ("an exact quantity before the nearest", [(0, 10, 5, 100), (0, 15, 9, 100)], [(0, 20, 5, 100)], {(0, 0, 5)}),
        ("the same price before an exact quantity", [(0, 10, 9, 90), (0, 15, 5, 99)], [(0, 20, 5, 90)], {(0, 0, 5)}),
        ("one unit once only", [(0, 10, 5, 100)], [(0, 20, 5, 100), (0, 30, 5, 100)], {(0, 0, 5)}),
        ("two partial returns", [(0, 10, 5, 100)], [(0, 20, 2, 100), (0, 30, 3, 100)], {(0, 0, 2), (1, 0, 3)}),
        ("one credit over two", [(0, 10, 6, 100), (0, 15, 6, 100)], [(0, 20, 8, 100)], {(0, 1, 6), (0, 0, 2)}),
        ("outside of the window", [(0, 10, 5, 100)], [(0, 11 + YEAR, 5, 100)], set()),
        ("on the last second of the window", [(0, 10, 5, 100)], [(0, 10 + YEAR, 5, 100)], {(0, 0, 5)}),
        ("a credit of the same moment", [(0, 20, 5, 100)], [(0, 20, 5, 100)], {(0, 0, 5)}),
    ],
)
def test_a_credit_takes_back(
    what: str,
    sales: list[Line],
    credits: list[Line],
    expected: set[tuple[int, int, int]],
) -> None:
    assert _pairs(_match(sales, credits)) == expected, what


def test_it_takes_nothing_back_from_nothing() -> None:
    assert _pairs(_match([], [])) == set()
    assert _pairs(_match([], [(0, 20, 5, 100)])) == set()
    assert _pairs(_match([(0, 20, 5, 100)], [])) == set()


def _one_by_one(sales: Sales, credits: Credits, window: int) -> set[tuple[int, int, int]]:
    """The rule again, written as a person would apply it by hand."""
    left = dict(enumerate(sales.measure.tolist()))
    found = set()
    for credit in sorted(range(len(credits.pair)), key=lambda c: (credits.pair[c], credits.seconds[c], c)):
        want = int(credits.measure[credit])
        earlier = [
            s
            for s in range(len(sales.pair))
            if sales.pair[s] == credits.pair[credit]
            and credits.seconds[credit] - window <= sales.seconds[s] <= credits.seconds[credit]
        ]
        enough = [s for s in earlier if left[s] >= want]
        if enough:
            same_price = [s for s in enough if sales.price[s] == credits.price[credit]] or enough
            exact = [s for s in same_price if left[s] == want] or same_price
            taken = [(max(exact), want)]
        elif sum(left[s] for s in earlier) >= want:
            taken = []
            for s in reversed(earlier):
                part = min(left[s], want - sum(measure for _s, measure in taken))
                taken += [(s, part)] if part else []
        else:
            taken = []
        for s, measure in taken:
            left[s] -= measure
            found.add((int(credits.line_id[credit]), int(sales.line_id[s]), measure))
    return found


_rows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 40), st.integers(1, 6), st.sampled_from([100, 150])), max_size=14
)


@settings(max_examples=400, deadline=None)
@given(_rows, _rows, st.sampled_from([5, 15, 100]))
def test_it_agrees_with_the_rule_applied_by_hand(sales: list[Line], credits: list[Line], window: int) -> None:
    expected = _one_by_one(_sales(*sales), _credits(*credits), window)
    assert _pairs(_match(sales, credits, window)) == expected


@settings(max_examples=200, deadline=None)
@given(_rows, _rows)
def test_one_unit_of_a_purchase_is_returned_at_most_once(sales: list[Line], credits: list[Line]) -> None:
    found = _match(sales, credits)
    taken: Counter[int] = Counter()
    given_back: Counter[int] = Counter()
    for credit, sale, measure in _pairs(found):
        taken[sale] += measure
        given_back[credit] += measure
    assert all(measure <= sales[sale][2] for sale, measure in taken.items())
    assert all(measure == credits[credit][2] for credit, measure in given_back.items())


@settings(max_examples=100, deadline=None)
@given(_rows, _rows, st.integers(0, 40))
def test_a_history_cut_at_a_day_matches_the_same(sales: list[Line], credits: list[Line], cut: int) -> None:
    known = {index for index, row in enumerate(credits) if row[1] <= cut}
    whole = {match for match in _pairs(_match(sales, credits)) if match[0] in known}
    # Credits after the cut are out of reach instead of removed, so that positions stay comparable.
    later = [row if row[1] <= cut else (99, row[1], row[2], row[3]) for row in credits]
    assert _pairs(_match(sales, later)) == whole
