"""Reading filters strictly: what is refused, and the sentence that helps."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from fleuve.attributes import All, Is, from_link, parse
from fleuve.attributes.errors import FilterError, UnknownAttribute, WrongOperator, WrongValue
from fleuve.attributes.tests.samples import ATTRIBUTES


def _leaf(key: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"key": key, "operator": operator, "value": value}


def test_a_filter_is_read_into_typed_values() -> None:
    raw = json.dumps({"all": [_leaf("last_on", "between", ["2026-01-01", "2026-01-31"]), _leaf("rate", "is", 2.0)]})
    assert parse(raw, ATTRIBUTES) == All(
        (Is("last_on", "between", (date(2026, 1, 1), date(2026, 1, 31))), Is("rate", "is", 2))
    )


def test_an_unknown_attribute_names_the_nearest() -> None:
    with pytest.raises(UnknownAttribute, match="Did you mean orders") as refused:
        parse(_leaf("order", "is", 1), ATTRIBUTES)
    assert refused.value.values["nearest"][0] == "orders"  # type: ignore[index]


def test_a_wrong_operator_lists_those_allowed() -> None:
    with pytest.raises(WrongOperator, match="Use one of: is, is_empty, is_filled") as refused:
        parse(_leaf("is_business", "contains", "x"), ATTRIBUTES)
    assert refused.value.values["allowed"] == ["is", "is_empty", "is_filled"]


def test_a_text_without_a_folded_form_is_compared_exactly_only() -> None:
    with pytest.raises(WrongOperator):
        parse(_leaf("code", "contains", "A"), ATTRIBUTES)


def test_a_wrong_answer_lists_the_choices() -> None:
    with pytest.raises(WrongValue, match="new, lost"):
        parse(_leaf("stage", "is", "gone"), ATTRIBUTES)


@pytest.mark.parametrize(
    ("key", "operator", "value"),
    [
        ("name", "contains", ""),
        ("name", "contains", "  "),
        ("name", "contains", "\u0301"),
        ("name", "contains", 3),
        ("name", "contains", "a\0b"),
        ("name", "contains", "\ud800"),
        ("name", "contains", "x" * 201),
        ("name", "is_one_of", []),
        ("name", "is_one_of", ["a"] * 501),
        ("name", "is_one_of", "a"),
        ("name", "is_empty", "x"),
        ("orders", "at_least", "3"),
        ("orders", "at_least", True),
        ("orders", "at_least", None),
        ("orders", "at_least", float("inf")),
        ("orders", "at_least", 10**30),
        ("orders", "between", [3]),
        ("orders", "between", [3, 1]),
        ("worth", "is", 1.5),
        ("last_on", "is", "31/01/2026"),
        ("last_on", "is", "2026-02-30"),
        ("last_on", "is", "20260131"),
        ("last_on", "in_last_days", -1),
        ("last_on", "in_last_days", 1.5),
        ("last_on", "in_last_days", 36_601),
        ("is_business", "is", "yes"),
        ("is_business", "is", 1),
        ("tags", "has_any_of", ["gone"]),
    ],
)
def test_a_wrong_value_is_refused(key: str, operator: str, value: Any) -> None:
    with pytest.raises(WrongValue) as refused:
        parse(_leaf(key, operator, value), ATTRIBUTES)
    assert refused.value.values["key"] == key


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "nonsense",
        "[]",
        "null",
        "NaN",
        '{"key": "orders", "operator": "is", "value": NaN}',
        '{"key": "orders", "operator": "is", "value": 1, "key": "rate"}',
        "[" * 100_000,
        {"all": [], "any": []},
        {"all": {}},
        {"key": "orders", "operator": "is", "value": 1, "more": 2},
        {"key": "orders"},
        {"key": 3, "operator": "is"},
        {"not": []},
    ],
)
def test_what_is_not_a_filter_is_refused(raw: Any) -> None:
    with pytest.raises(FilterError):
        parse(raw, ATTRIBUTES)


def test_a_hostile_filter_stops_early() -> None:
    deep: dict[str, Any] = _leaf("orders", "is", 1)
    for _level in range(20):
        deep = {"not": deep}
    with pytest.raises(FilterError, match="too deeply"):
        parse(deep, ATTRIBUTES)
    with pytest.raises(FilterError, match="too many"):
        parse({"any": [_leaf("orders", "is", 1)] * 200}, ATTRIBUTES)
    with pytest.raises(FilterError):
        from_link(["not(" * 50_000], ATTRIBUTES)
    with pytest.raises(FilterError, match="too many"):
        from_link(["orders:is:1"] * 200, ATTRIBUTES)


@pytest.mark.parametrize(
    "text",
    ["orders", "orders:", "orders:is", "orders:is:", "(", ")", "any(", "any(,)", "not(a,b)", "orders:is:1)", "~"],
)
def test_a_broken_link_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        from_link([text], ATTRIBUTES)


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("120", 12_000),
        ("120.5", 12_050),
        ("120,50", 12_050),
        ("-0.01", -1),
        ("1 234,56", 123_456),
        ("1\u202f000", 100_000),
    ],
)
def test_money_is_typed_in_major_units(typed: str, minor: int) -> None:
    assert from_link([f"worth:is:{typed.replace(',', '~,')}"], ATTRIBUTES, currency="EUR") == Is("worth", "is", minor)


def test_money_follows_the_currency() -> None:
    assert from_link(["worth:is:120"], ATTRIBUTES, currency="JPY") == Is("worth", "is", 120)
    with pytest.raises(WrongValue):
        from_link(["worth:is:120.5"], ATTRIBUTES, currency="JPY")
