"""Whoever most often buys nothing has a mean above the likely range: said in words, never as “€12, €0”."""

from __future__ import annotations

import pytest

from fleuve.parties.models import PartyCard
from fleuve.workspace.queries.customers import _value


@pytest.mark.parametrize(
    ("value", "low", "high", "note"),
    [
        (1_200, 0, 0, "most often nothing"),
        (1_200, 0, 4_000, "€0–40"),
        (0, 0, 0, "€0"),
    ],
)
def test_the_range_of_a_list_row(value: int, low: int, high: int, note: str) -> None:
    cell = _value(PartyCard(value=value, value_low=low, value_high=high), "EUR")
    assert cell.note == note
