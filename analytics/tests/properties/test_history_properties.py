"""What must hold of any list of purchases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from fleuve_analytics import PurchaseTable, purchase_table, split_table
from fleuve_analytics.history import cohort_table, discrete_table, period_table, repeat_curve
from fleuve_analytics.history.periods import Period
from hypothesis import given, settings
from hypothesis import strategies as st

Line = tuple[int | None, date | None, float | None]
COLUMNS: dict[str, Any] = {"customer": "who", "at": "day", "spend": "paid"}
# Two years with a 29th of February, and few customers, days and amounts, so that the same day comes twice and returns
# undo purchases. Cents, so that sums are not exact in binary.
FIRST, SPLIT, END = date(2023, 11, 1), date(2024, 3, 1), date(2024, 12, 31)
LINES = st.lists(
    st.tuples(
        st.none() | st.integers(1, 4),
        st.none() | st.integers(0, 426).map(lambda days: FIRST + timedelta(days=days)),
        st.none() | st.integers(-300, 300).map(lambda cents: cents / 100) | st.just(0.0),
    ),
    max_size=40,
)
NAMES = ("customer", "frequency", "recency", "age", "spend_total", "mean_spend", "log_gaps")
# Each example asks the engine two to five times, ten milliseconds each; opening an engine would take twice as long.
FEW = settings(max_examples=15, deadline=None)
ENGINE = duckdb.connect()


def _lines(lines: list[Line]) -> duckdb.DuckDBPyRelation:
    who, day, paid = zip(*lines, strict=True) if lines else ((), (), ())
    return ENGINE.from_arrow(
        pa.table(
            {"who": pa.array(who, pa.int64()), "day": pa.array(day, pa.date32()), "paid": pa.array(paid, pa.float64())}
        )
    )


def _table(lines: list[Line], **changed: Any) -> PurchaseTable:
    return purchase_table(_lines(lines), **{**COLUMNS, "unit": "day", "until": END, "gaps": True, **changed})


def _same(one: PurchaseTable, other: PurchaseTable, names: tuple[str, ...] = NAMES) -> None:
    for name in names:
        # Sums of amounts of at most 3, in another order: off by some roundings of 3.
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12, abs=1e-12, nan_ok=True), name


@FEW
@given(lines=LINES)
def test_any_history_is_summarised_as_by_hand(lines: list[Line], by_hand: Callable[..., dict[Any, Any]]) -> None:
    expected = by_hand(lines, SPLIT, END)
    table = split_table(_lines(lines), **COLUMNS, unit="day", calibration_end=SPLIT, holdout_end=END, gaps=True)
    assert table.customer.tolist() == list(expected)
    for name in ("frequency", "recency", "age", "spend_total", "holdout_frequency", "holdout_spend", "log_gaps"):
        found = [row[name] for row in expected.values()]
        assert getattr(table, name) == pytest.approx(found, rel=1e-12, abs=1e-12), name


@FEW
@given(lines=LINES, seed=st.integers(0, 99))
def test_the_order_of_the_lines_changes_nothing(lines: list[Line], seed: int) -> None:
    shuffled = [lines[place] for place in np.random.default_rng(seed).permutation(len(lines))]
    _same(_table(lines), _table(shuffled))


@FEW
@given(lines=LINES)
def test_a_list_brought_twice_doubles_money_and_nothing_else(lines: list[Line]) -> None:
    once, twice = _table(lines), _table(lines + lines)
    _same(once, twice, ("customer", "frequency", "recency", "age", "log_gaps"))
    assert twice.spend_total == pytest.approx(2 * once.spend_total, rel=1e-12, abs=1e-12)


@FEW
@given(
    lines=LINES, unit=st.sampled_from([("week", 7.0), ("month", 365.25 / 12), ("year", 365.25), (0.5, 0.5), (90, 90)])
)
def test_another_unit_divides_times_and_changes_nothing_else(lines: list[Line], unit: tuple[Any, float]) -> None:
    name, length = unit
    days, other = _table(lines), _table(lines, unit=name)
    _same(days, other, ("customer", "frequency", "spend_total", "mean_spend"))
    assert other.recency == pytest.approx(days.recency / length, rel=1e-15)
    assert other.age == pytest.approx(days.age / length, rel=1e-15)
    assert days.log_gaps is not None
    assert other.log_gaps == pytest.approx(days.log_gaps - days.frequency * np.log(length), rel=1e-12, abs=1e-9)


@FEW
@given(lines=LINES, since=st.none() | st.just(date(2023, 12, 31)))
def test_a_split_table_is_the_table_at_the_end_of_the_calibration(lines: list[Line], since: date | None) -> None:
    halves = split_table(
        _lines(lines), **COLUMNS, unit="day", since=since, calibration_end=SPLIT, holdout_end=END, gaps=True
    )
    _same(halves, _table(lines, until=SPLIT, since=since))


@FEW
@given(lines=LINES, period=st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_all_tables_count_the_same_purchase_days(lines: list[Line], period: Period) -> None:
    """Customers, purchase days, spend and repeats agree between the table, cohorts, periods, rounds and the curve."""
    purchases, until = _lines(lines), {**COLUMNS, "until": END}
    table, curve = _table(lines), repeat_curve(purchases, **until)
    assert curve.new_customers.sum() == len(table)
    assert curve.repeats.sum() == table.frequency.sum()
    cohorts, periods = cohort_table(purchases, **until, period=period), period_table(purchases, **until, period=period)
    assert cohorts.customers.sum() == periods.new_buyers.sum() == len(table)
    for counted in (cohorts, periods):
        assert counted.purchases.sum() == (table.frequency + 1).sum()
        assert counted.spend.sum() == pytest.approx(table.spend_total.sum(), abs=1e-10)
    rounds = discrete_table(purchases, **until, period=period)
    if period != "week":  # a week goes on after New Year, so the last one does not count
        assert rounds.frequency.sum() == periods.returning_buyers.sum() == cohorts.active[:, 1:].sum()
    assert (rounds.frequency <= rounds.recency).all()
    assert (rounds.recency <= rounds.opportunities).all()


@FEW
@given(lines=LINES)
def test_by_days_rounds_are_the_purchase_table(lines: list[Line]) -> None:
    table, rounds = _table(lines), discrete_table(_lines(lines), **COLUMNS, period="day", until=END)
    for name, other in (("frequency", "frequency"), ("recency", "recency"), ("age", "opportunities")):
        assert (getattr(table, name) == getattr(rounds, other)).all()
