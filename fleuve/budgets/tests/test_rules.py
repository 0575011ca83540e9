"""Answers that no curve can pass through are refused by question, in words."""

from __future__ import annotations

import pytest

from fleuve.budgets.rules import QUESTIONS, Spread, around, faults


def the_defaults() -> dict[str, Spread]:
    return {item.key: Spread(item.default, item.default, item.default) for item in QUESTIONS}


def test_the_defaults_make_a_curve() -> None:
    assert faults(the_defaults()) == {}


@pytest.mark.parametrize(
    ("key", "spread"),
    [
        ("margin", Spread(60, 50, 40)),
        ("acquisition_ceiling", Spread(0.03, 0.04, 0.05)),
        ("retention_ceiling", Spread(0.60, 0.60, 0.60)),
        ("retention_base", Spread(0.60, 0.60, 0.60)),
        ("discount_rate", Spread(-0.1, 0.1, 0.2)),
        ("prospects", Spread(0, 1, 10**9)),
    ],
)
def test_a_contradiction_is_named_at_its_question(key: str, spread: Spread) -> None:
    assert set(faults({**the_defaults(), key: spread})) == {key}


def test_the_answers_shown_before_anybody_answered_make_a_curve_with_their_spread() -> None:
    assert faults({item.key: around(item.key, item.default) for item in QUESTIONS}) == {}


def test_a_likely_value_alone_is_spread_within_its_bounds() -> None:
    assert around("margin", 50) == Spread(40, 50, 60)
    assert around("retention_ceiling", 0.95) == Spread(0.95 * 0.9, 0.95, 0.99)
    assert around("discount_rate", 0) == Spread(0, 0, 0)
