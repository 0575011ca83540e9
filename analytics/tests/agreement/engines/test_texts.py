"""The SQL that both engines are given, as it stands: a change of a word shows in the history of these files."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from fleuve_analytics.history.on_spark import in_spark
from fleuve_analytics.history.queries import CURVE, PERIODS, ROUNDS, histories, literal

TEXTS = Path(__file__).parent / "texts"
QUERIES = {
    "purchase_table": histories(is_split=False, with_gaps=False),
    "purchase_table_with_gaps": histories(is_split=False, with_gaps=True),
    "split_table": histories(is_split=True, with_gaps=False),
    "split_table_with_gaps": histories(is_split=True, with_gaps=True),
    "cohorts_and_periods": PERIODS,
    "rounds": ROUNDS,
    "repeat_curve": CURVE,
}
DAYS = {
    "since": literal(date.min),
    "split": literal(date(2024, 2, 29)),
    "until": literal(date(2024, 12, 31)),
    "acquired_until": literal(date(2024, 3, 31)),
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_the_text_is_the_one_on_file(name: str, dialect: str) -> None:
    """To write the files again after a change that is meant, set FLEUVE_WRITE_TEXTS=1 and read what changed."""
    text = QUERIES[name].format(lines="line", period="month", step="day", **DAYS)
    if dialect == "spark":
        pytest.importorskip("sqlglot")
        text = in_spark(text) + "\n"
    file = TEXTS / f"{name}.{dialect}.sql"
    if os.environ.get("FLEUVE_WRITE_TEXTS") == "1":
        file.write_text(text)
    assert file.read_text() == text
