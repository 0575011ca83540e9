"""docs/models/valuation.md, "Which model"."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleuve.value.rules.model_choice import ModelChoice, choose_model

NAMES = ("first", "second", "third")
# Scores, standard errors of the differences to the best, and which is used.
TABLE = [
    ((-2.20, -2.10, -2.30), (0.01, 0.0, 0.02), "second"),
    ((-2.11, -2.10, -2.10), (0.01, 0.0, 0.01), "first"),
    ((-2.20, -2.11, -2.10), (0.01, 0.01, 0.0), "second"),
    ((-2.1005, -2.1, -2.4), (0.0001, 0.0, 0.01), "first"),
]


def chances(scores: tuple[float, ...], errors: tuple[float, ...], customers: int = 400) -> dict[str, np.ndarray]:
    """Logarithms of chances with these means, whose differences to the best have these standard errors."""
    sign = np.where(np.arange(customers) % 2 == 0, 1.0, -1.0)
    best = max(scores) + 0.5 * np.sin(np.arange(customers)) - 0.5 * np.sin(np.arange(customers)).mean()
    return {
        name: best + (score - max(scores)) + sign * error * np.sqrt(customers)
        for name, score, error in zip(NAMES, scores, errors, strict=True)
    }


@pytest.mark.parametrize(("scores", "errors", "used"), TABLE)
def test_the_best_is_used_and_ties_go_to_the_simplest(
    scores: tuple[float, ...], errors: tuple[float, ...], used: str
) -> None:
    choice = choose_model("all", chances(scores, errors))
    assert choice.chosen == used
    assert [score.score for score in choice.scores] == pytest.approx(scores)
    assert choice.is_tie is (sum(score.is_tied for score in choice.scores) > 1)
    assert ModelChoice.from_json(choice.to_json()) == choice


@given(st.lists(st.floats(-5, -0.1), min_size=2, max_size=40))
def test_the_order_of_customers_does_not_matter(logs: list[float]) -> None:
    told = np.array(logs)
    mixed = np.random.default_rng(1).permutation(told.size)
    one = choose_model("all", {"first": told, "second": told[::-1] * 0.9})
    other = choose_model("all", {"first": told[mixed], "second": (told[::-1] * 0.9)[mixed]})
    assert one.chosen == other.chosen
    assert one.judged == other.judged == told.size
