"""One body for both compilers: every operator of every type, then trees drawn at random, against plain Python.

The meanings are the tables "Operators" and "Rows without a value" of docs/rules/filters.md.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleuve.attributes import All, Any_, Is, Node, Not, from_link, parse, to_json, to_link
from fleuve.attributes.operators import operators_of
from fleuve.attributes.tests.conftest import Engines
from fleuve.attributes.tests.samples import ATTRIBUTES, ROWS, TODAY, holds

_VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "name": ("chloe", "CHLOÉ", "é", "strasse", "100 %", "bio_", "n", "izmir", "chloé  &", "'; drop table samples --"),
    "code": ("A1", "a1", "é", "A_1", "?", '"'),
    "orders": (-3, 0, 2, 1.5, -1.5, 100),
    "rate": (-1.5, 0, 0.1, 2, 1.9999999999999998),
    "worth": (-1050, -1, 0, 2000, 9_007_199_254_740_991),
    "last_on": (*(row["last_on"] for row in ROWS[:12] if row["last_on"]), TODAY.replace(year=1900)),
    "is_business": (True, False),
    "stage": ("new", "lost"),
    "tags": ("vip", "vip_2"),
}
_CASES: Final = [(one.key, operator.key) for one in ATTRIBUTES for operator in operators_of(one)]


def _values(key: str, operator: str) -> list[Any]:
    takes = next(one.takes for one in operators_of(ATTRIBUTES.get(key)) if one.key == operator)
    some = _VALUES[key]
    match takes:
        case "nothing":
            return [None]
        case "days":
            return [0, 1, 89, 90, 91, 36_600]
        case "one":
            return list(some)
        case "two":
            return [(low, high) for low in some[:6] for high in some[:6] if low <= high]
    return [(one,) for one in some] + [tuple(dict.fromkeys((some[0], one))) for one in some]


def _expected(node: Node) -> set[int]:
    return {row["id"] for row in ROWS if holds(node, row)}


@pytest.mark.parametrize(("key", "operator"), _CASES, ids=[f"{key} {operator}" for key, operator in _CASES])
def test_both_compilers_answer_as_plain_python(engines: Engines, key: str, operator: str) -> None:
    for value in _values(key, operator):
        for node in (Is(key, operator, value), Not(Is(key, operator, value))):
            expected = _expected(node)
            assert engines.from_database(node) == expected, node
            assert engines.from_duckdb(node) == expected, node


_leaf = st.sampled_from(_CASES).flatmap(
    lambda case: st.sampled_from(_values(*case)).map(lambda value: Is(case[0], case[1], value))
)
_tree: st.SearchStrategy[Node] = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Any_(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
).filter(lambda node: _depth(node) < 8)


def _depth(node: Node) -> int:
    match node:
        case All(parts) | Any_(parts):
            return 1 + max(map(_depth, parts), default=0)
        case Not(part):
            return 1 + _depth(part)
    return 1


@given(node=_tree)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_trees_agree_whatever_their_shape(engines: Engines, node: Node) -> None:
    expected = _expected(node)
    assert engines.from_database(node) == expected
    assert engines.from_duckdb(node) == expected


@given(node=_tree)
@settings(max_examples=150, deadline=None)
def test_a_tree_survives_json_and_links(node: Node) -> None:
    assert parse(to_json(node), ATTRIBUTES) == node
    linked = from_link(to_link(node, ATTRIBUTES, currency="EUR"), ATTRIBUTES, currency="EUR")
    assert _expected(linked) == _expected(node)
    assert to_link(linked, ATTRIBUTES) == to_link(node, ATTRIBUTES)
