"""docs/rules/own-fields.md, "Typed and stored"."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleuve.attributes.errors import WrongValue
from fleuve.parties.own_values import (
    MOST,
    FieldShape,
    read_typed,
    stored_of,
    stored_of_journal,
    told_to_journal,
    typed_of,
    write_typed,
)

RULES = Path(__file__).resolve().parents[3] / "docs" / "rules" / "own-fields.md"
ANSWERS = {"salon": "Salon", "vip": "VIP"}


_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=60),
    "number": st.decimals(-MOST, MOST, allow_nan=False, places=6),
    "money": st.integers(-(2**53) + 1, 2**53 - 1),
    "date": st.dates(date(1900, 1, 1)),
    "yes_no": st.booleans(),
    "choice": st.sampled_from(sorted(ANSWERS)),
    "choices": st.sets(st.sampled_from(sorted(ANSWERS)), min_size=1).map(lambda found: tuple(sorted(found))),
    "link": st.integers(1, 2**63 - 1),
}


def _shape(kind: str) -> FieldShape:
    return FieldShape(kind, "Field", "EUR", ANSWERS)


def _table() -> list[tuple[str, ...]]:
    lines = RULES.read_text(encoding="utf-8").replace("\\|", "¦").splitlines()
    rows = [
        tuple(cell.strip().replace("¦", "|") for cell in line.strip("|").split("|"))
        for line in lines
        if line[:1] == "|"
    ]
    return [row for row in rows if row[0] in {"number", "money", "yes_no", "date", "choice", "choices", "link", "text"}]


@pytest.mark.parametrize(("kind", "typed", "stored", "written"), _table())
def test_what_is_typed_is_stored_and_written_as_told(kind: str, typed: str, stored: str, written: str) -> None:
    shape = _shape(kind)
    value = read_typed(shape, typed)
    found = stored_of(shape, value)
    assert str(found.day or (found.number if found.number is not None else found.text)) == stored
    assert write_typed(shape, typed_of(shape, found)) == written
    assert read_typed(shape, written) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "1e400"), ("number", "NaN"), ("number", "12 345 678 901 234"), ("number", "1.0000001"),
        ("number", "forty"), ("money", "12,345"), ("yes_no", "maybe"), ("date", "31/02/2026"), ("choice", "Gold"),
        ("choices", "VIP; Gold"), ("link", "Duval"), ("text", "x" * 2001), ("text", "nul\0"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_a_sentence(kind: str, typed: str) -> None:
    with pytest.raises(WrongValue) as refused:
        read_typed(_shape(kind), typed)
    assert "Field" in str(refused.value)


@pytest.mark.parametrize("kind", sorted(_VALUES))
@given(data=st.data())
def test_every_value_comes_back_the_same_from_text_columns_and_journal(kind: str, data: st.DataObject) -> None:
    shape = _shape(kind)
    value = data.draw(_VALUES[kind])
    stored = stored_of(shape, value)
    assert typed_of(shape, stored) == value
    assert stored_of_journal(shape, told_to_journal(shape, stored)) == stored
    if kind != "money" or abs(value) < MOST:
        assert read_typed(shape, write_typed(shape, value)) == value


def test_a_blank_is_nothing_and_an_emptied_value_is_told_apart() -> None:
    shape = _shape("number")
    assert read_typed(shape, "  ") is None
    assert told_to_journal(shape, None) is None
    assert told_to_journal(shape, stored_of(shape, None)) == '""'
    assert typed_of(shape, stored_of(shape, None)) is None
    assert typed_of(shape, stored_of(shape, Decimal("42.5"))) == Decimal("42.5")
