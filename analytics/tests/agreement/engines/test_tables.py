"""One body of tests, two engines: every table from the same lines, by DuckDB and by Spark, as counted by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from fleuve_analytics import PurchaseTable, purchase_table, split_table
from fleuve_analytics.errors import UnreadablePurchases
from fleuve_analytics.history import cohort_table, discrete_table, period_table, repeat_curve

Bring = Callable[[pa.Table], Any]
COLUMNS: dict[str, Any] = {"customer": "the `who`", "at": "bought on", "spend": "paid"}
UNTIL, END = date(2024, 3, 1), date(2024, 6, 30)

# Each line stands for a rule: same day twice, taken back, taken back in binary fractions only nearly, free goods,
# the 29th of February, both sides of New Year, after the split, missing customer, missing day, missing amount.
LINES: list[tuple[str | None, date | None, float | None]] = [
    ("Ann", date(2023, 12, 31), 10.0),
    ("Ann", date(2024, 1, 1), 4.0),
    ("Ann", date(2024, 1, 1), 8.0),
    ("Ann", date(2024, 2, 29), 6.0),
    ("Ann", date(2024, 3, 2), 5.0),
    ("Bob", date(2024, 1, 5), 7.0),
    ("Bob", date(2024, 1, 9), 0.1),
    ("Bob", date(2024, 1, 9), 0.2),
    ("Bob", date(2024, 1, 9), -0.3),
    ("Bob", date(2024, 2, 2), 0.0),
    ("Bob", date(2024, 2, 9), -3.0),
    ("Cas", date(2024, 4, 1), 9.0),
    ("Dee", date(2024, 2, 1), None),
    ("Dee", date(2024, 2, 3), 2.5),
    (None, date(2024, 2, 1), 99.0),
    ("Eve", None, 99.0),
    ("éva", date(2024, 3, 1), 1.0),
]


def _table(lines: list[tuple[str | None, date | None, float | None]] = LINES) -> pa.Table:
    who, day, paid = zip(*lines, strict=True)
    types = pa.string(), pa.date32(), pa.float64()
    arrays = [pa.array(column, kind) for column, kind in zip((who, day, paid), types, strict=True)]
    return pa.table(dict(zip(COLUMNS.values(), arrays, strict=True)))


def test_each_rule_of_the_purchase_table(brought: Bring) -> None:
    table = split_table(brought(_table()), **COLUMNS, unit="day", calibration_end=UNTIL, holdout_end=END, gaps=True)
    assert table.customer.tolist() == ["Ann", "Bob", "Dee", "éva"]
    assert table.frequency.tolist() == [2, 1, 0, 0]
    assert table.recency.tolist() == [60, 28, 0, 0]
    assert table.age.tolist() == [61, 56, 27, 0]
    assert table.spend_total.tolist() == [28, 7, 2.5, 1]
    assert table.mean_spend.tolist() == pytest.approx([9, 0, np.nan, np.nan], nan_ok=True)
    assert table.first_day.astype(str).tolist() == ["2023-12-31", "2024-01-05", "2024-02-03", "2024-03-01"]
    assert table.last_day.astype(str).tolist() == ["2024-02-29", "2024-02-02", "2024-02-03", "2024-03-01"]
    assert table.holdout_frequency.tolist() == [1, 0, 0, 0]
    assert table.holdout_spend.tolist() == [5, 0, 0, 0]
    assert table.log_gaps is not None
    assert table.log_gaps == pytest.approx([math.log(1) + math.log(59), math.log(28), 0, 0], rel=1e-14)


def test_cohorts_periods_rounds_and_the_curve(brought: Bring) -> None:
    lines = brought(_table())
    cohorts = cohort_table(lines, **COLUMNS, until=UNTIL)
    assert cohorts.cohort.astype(str).tolist() == ["2023-12-01", "2024-01-01", "2024-02-01", "2024-03-01"]
    assert cohorts.customers.tolist() == [1, 1, 1, 1]
    assert cohorts.active.tolist() == [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]]
    assert cohorts.purchases.tolist() == cohorts.active.tolist()
    assert cohorts.spend.tolist() == [[10, 12, 6, 0], [7, 0, 0, 0], [2.5, 0, 0, 0], [1, 0, 0, 0]]
    assert cohorts.retention[1].tolist() == pytest.approx([1, 1, np.nan, np.nan], nan_ok=True)
    months = period_table(lines, **COLUMNS, until=date(2024, 3, 31))
    assert months.buyers.tolist() == [1, 2, 3, 2]
    assert months.new_buyers.tolist() == [1, 1, 1, 1]
    assert months.returning_buyers.tolist() == [0, 1, 2, 1]
    assert months.purchases.tolist() == [1, 2, 3, 2]
    assert months.spend.tolist() == [10, 19, 8.5, 6]
    assert months.complete.all()
    rounds = discrete_table(lines, **COLUMNS, until=UNTIL)
    assert (rounds.customer.tolist(), rounds.until) == (["Ann", "Bob", "Dee"], date(2024, 2, 29))
    assert [rounds.frequency.tolist(), rounds.recency.tolist(), rounds.opportunities.tolist()] == [
        [2, 1, 0],
        [2, 1, 0],
        [2, 1, 0],
    ]
    curve = repeat_curve(lines, **COLUMNS, until=END, acquired_until=UNTIL, unit=30)
    assert curve.new_customers.tolist() == [2, 1, 1, 0, 0, 0, 0]
    assert curve.cumulative_repeats.tolist() == [1, 2, 4, 4, 4, 4, 4]
    assert curve.time[-1] == pytest.approx(183 / 30)


def test_random_histories_equal_counting_by_hand(brought: Bring, by_hand: Callable[..., dict[Any, Any]]) -> None:
    rng = np.random.default_rng(7)
    lines: list[tuple[Any, ...]] = [
        (
            f"C{rng.integers(300):03d}" if rng.random() > 0.02 else None,
            date(2023, 1, 1) + timedelta(days=int(rng.integers(500))),
            float(rng.integers(-20, 60)) if rng.random() > 0.02 else None,
        )
        for _ in range(5_000)
    ]
    split, end = date(2023, 9, 30), date(2024, 2, 29)
    table = split_table(
        brought(_table(lines)), **COLUMNS, calibration_end=split, holdout_end=end, unit="day", gaps=True
    )
    expected = by_hand(lines, split, end)
    assert table.customer.tolist() == list(expected)
    for name in ("frequency", "recency", "age", "spend_total", "holdout_frequency", "holdout_spend", "log_gaps"):
        # Amounts are whole and their sums exact; logarithms are added in another order.
        assert getattr(table, name) == pytest.approx([row[name] for row in expected.values()], rel=1e-12), name


def _moments(zone: str | None) -> pa.Table:
    """One purchase a quarter of an hour around the nights in which Paris changed its clocks."""
    nights = [datetime(2024, 3, 30, 21, tzinfo=UTC), datetime(2024, 10, 26, 21, tzinfo=UTC)]
    moments = [night + timedelta(minutes=15 * step) for night in nights for step in range(24)]
    kept = moments if zone else [moment.replace(tzinfo=None) for moment in moments]
    return pa.table({"who": [7] * len(kept), "at": pa.array(kept, pa.timestamp("us", zone))})


def _first_days(table: PurchaseTable) -> tuple[str, int, str]:
    return str(table.first_day[0]), int(table.frequency[0]), str(table.last_day[0])


def test_the_day_is_that_of_the_zone_asked_for_whatever_the_session_says(brought: Bring) -> None:
    columns: dict[str, Any] = {"customer": "who", "at": "at", "until": date(2024, 12, 31)}
    instants, clocks = brought(_moments("Europe/Paris")), brought(_moments(None))
    paris = purchase_table(instants, **columns, time_zone="Europe/Paris")
    assert _first_days(paris) == ("2024-03-30", 3, "2024-10-27")
    kiritimati = purchase_table(instants, **columns, time_zone="Pacific/Kiritimati")
    assert _first_days(kiritimati) == ("2024-03-31", 1, "2024-10-27")
    for same in (purchase_table(instants, **columns), purchase_table(clocks, **columns)):
        assert _first_days(same) == ("2024-03-30", 3, "2024-10-27")
        assert same.age[0] == (date(2024, 12, 31) - date(2024, 3, 30)).days / 7


def test_with_hours_the_hour_is_the_unit_of_buying(brought: Bring) -> None:
    columns: dict[str, Any] = {"customer": "who", "at": "at", "unit": "hour"}
    for zone in ("Europe/Paris", None):
        lines = brought(_moments(zone))
        table = split_table(
            lines, **columns, calibration_end=date(2024, 3, 31), holdout_end=date(2024, 12, 31), gaps=True
        )
        assert (table.frequency.tolist(), table.recency.tolist(), table.age.tolist()) == ([5], [5], [26])
        assert table.holdout_frequency.tolist() == [6]
        assert table.first_day.astype(str).tolist() == ["2024-03-30T21"]
        assert table.log_gaps is not None
        assert table.log_gaps.tolist() == [0]


def test_numbers_of_customers_and_decimal_amounts_are_taken_exactly(brought: Bring) -> None:
    large = 9_007_199_254_740_993  # above 2^53: neighbours are one and the same as a fraction
    who = pa.array([large, large + 1, large, None], pa.decimal128(38, 0))
    day = pa.array([date(2024, 1, 1)] * 4)
    paid = pa.array([Decimal("0.10"), Decimal("0.20"), Decimal("-0.10"), Decimal("1.00")], pa.decimal128(10, 2))
    lines = brought(pa.table({"who": who, "day": day, "paid": paid}))
    table = purchase_table(lines, customer="who", at="day", spend="paid", until=UNTIL)
    assert (table.customer.tolist(), table.spend_total.tolist()) == ([large + 1], [0.2])


def test_an_empty_list_gives_empty_tables(brought: Bring) -> None:
    lines = brought(_table([("Ann", date(2024, 1, 1), 1.0)]))
    before: dict[str, Any] = {**COLUMNS, "until": date(2023, 1, 31)}
    assert len(purchase_table(lines, **before, gaps=True)) == 0
    assert len(discrete_table(lines, **before)) == 0
    assert cohort_table(lines, **before).retention.shape == (0, 0)
    assert len(period_table(lines, **before).buyers) == 0
    assert repeat_curve(lines, **before).cumulative_repeats.tolist() == [0]


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), float("-inf")])
def test_amounts_that_are_no_numbers_are_refused(amount: float, brought: Bring) -> None:
    lines = _table([("Ann", date(2024, 1, 1), amount), ("Ann", date(2024, 1, 1), 3.0)])
    with pytest.raises(UnreadablePurchases) as refused:
        purchase_table(brought(lines), **COLUMNS, until=UNTIL)
    assert refused.value.code == "amount"


WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "no such column": ("column", {"at": "day"}),
    "text for a date": ("date", {"at": "the `who`"}),
    "amounts for a date": ("date", {"at": "paid"}),
    "hours of dates": ("date", {"unit": "hour"}),
    "text for an amount": ("amount", {"spend": "the `who`"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_column_that_holds_something_else_is_named(case: str, brought: Bring) -> None:
    code, wrong = WRONG[case]
    with pytest.raises(UnreadablePurchases, match="olumn") as refused:
        purchase_table(brought(_table()), **{**COLUMNS, "until": UNTIL, **wrong})
    assert refused.value.code == code
