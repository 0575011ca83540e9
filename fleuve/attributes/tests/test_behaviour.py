from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fleuve.attributes import (
    ALWAYS,
    All,
    Between,
    Bought,
    FilterError,
    LastDays,
    Not,
    Registry,
    describe,
    from_link,
    parse,
    to_json,
    to_link,
)

NONE = Registry()
TODAY = date(2026, 3, 1)
TWICE = Bought("times", "at_least", 2, LastDays(90), products=("85123A",))

_texts = some.lists(some.text(min_size=1, max_size=12).filter(lambda text: "\0" not in text), max_size=3, unique=True)
_days = some.dates(date(2000, 1, 1), date(2030, 1, 1))
_windows = some.one_of(
    some.just(ALWAYS),
    some.integers(0, 4000).map(LastDays),
    some.tuples(_days, _days).map(lambda two: Between(min(two), max(two))),
)
_leaves = some.builds(
    Bought,
    measure=some.sampled_from(["times", "days", "money", "quantity"]),
    operator=some.sampled_from(["at_least", "at_most", "more_than", "less_than", "is", "is_not"]),
    value=some.integers(-1000, 10**9),
    window=_windows,
    products=_texts.map(tuple),
    categories=_texts.map(tuple),
    sources=some.lists(some.integers(1, 2**62), max_size=3, unique=True).map(tuple),
)


@given(_leaves)
def test_json_and_links_read_back_as_the_same_condition(leaf: Bought) -> None:
    node = All((leaf, Not(leaf)))
    assert parse(to_json(node), NONE) == node


@given(_leaves.filter(lambda leaf: all(text == text.strip() for text in leaf.products + leaf.categories)))
def test_a_link_reads_back_as_the_same_condition(leaf: Bought) -> None:
    assert from_link(to_link(leaf, NONE, currency="EUR"), NONE, currency="EUR") == leaf


def test_it_is_written_the_way_people_can_read() -> None:
    assert to_link(TWICE, NONE) == ["bought:times:at_least:2:last_90:p=85123A"]
    assert to_json(TWICE) == {
        "bought": {
            "measure": "times",
            "operator": "at_least",
            "value": 2,
            "window": {"last_days": 90},
            "products": ["85123A"],
        }
    }


@pytest.mark.parametrize(
    ("leaf", "sentence"),
    [
        (TWICE, "bought at least 2 times in the last 90 days: 85123A"),
        (Bought("times", "at_most", 0, LastDays(27)), "did not buy in the last 27 days"),
        (Bought("money", "between", (1000, 2000)), "spent between €10.00 and €20.00"),
        (
            Bought("days", "is", 1, Between(date(2026, 1, 1), date(2026, 1, 31))),
            "bought on exactly 1 day from Jan 1, 2026 to Jan 31, 2026",
        ),
    ],
)
def test_it_is_said_in_a_sentence(leaf: Bought, sentence: str) -> None:
    assert describe(leaf, NONE, currency="EUR") == sentence


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"measure": "times", "operator": "at_least"},
        {"measure": "luck", "operator": "at_least", "value": 1},
        {"measure": "times", "operator": "is_empty", "value": None},
        {"measure": "times", "operator": "at_least", "value": "2"},
        {"measure": "times", "operator": "at_least", "value": 2, "window": {"last_days": -1}},
        {"measure": "times", "operator": "at_least", "value": 2, "window": {"from": "2026-02-01", "to": "2026-01-01"}},
        {"measure": "times", "operator": "at_least", "value": 2, "products": []},
        {"measure": "times", "operator": "at_least", "value": 2, "sources": ["shop"]},
        {"measure": "times", "operator": "at_least", "value": 2, "colour": "red"},
    ],
)
def test_anything_else_is_refused_with_a_sentence(raw: dict[str, object]) -> None:
    with pytest.raises(FilterError):
        parse({"bought": raw}, NONE)


@pytest.mark.parametrize(
    "text", ["bought", "bought:times", "bought:times:at_least:2:soon", "bought:times:at_least:2::x=1"]
)
def test_a_link_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        from_link([text], NONE)
