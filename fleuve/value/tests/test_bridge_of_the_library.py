"""The library's movement statement and the platform's bridge are the same rule, written twice: docs/rules/bridge.md."""

from __future__ import annotations

from typing import Any

import numpy as np
from fleuve_analytics import movement_statement
from hypothesis import given
from hypothesis import strategies as st

from fleuve.value.rules.bridge import LINES, Change, bridge_of

AMOUNT = st.integers(-(10**12), 10**12)
ROW = st.tuples(AMOUNT, AMOUNT, AMOUNT, st.booleans(), st.booleans(), st.booleans(), st.booleans())


@given(rows=st.lists(ROW, min_size=1, max_size=30))
def test_any_month_has_the_same_lines_and_counts_in_both(rows: list[tuple[Any, ...]]) -> None:
    before, same, after, first, there, was_lost, is_lost = (np.array(column) for column in zip(*rows, strict=True))
    bridge = bridge_of(Change(before, same, after, first, there, was_lost, is_lost))
    statement = movement_statement(
        before, same, after, is_first_seen=first, was_already_there=there, was_lost=was_lost, is_lost=is_lost
    )
    for line in ("opening", *LINES, "closing"):
        assert getattr(statement, line) == getattr(bridge, line), line
    assert statement.counts == bridge.counts
