"""docs/rules/retention.md and the river: facts of a history held in memory."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from fleuve.value.estimation.customers import customers_as_of, rhythm_of
from fleuve.value.estimation.days import HeldPurchases, day_number
from fleuve.value.estimation.statement import statement_of
from fleuve.value.estimation.windows import windows_of
from fleuve.value.rules.periods import months_between
from fleuve.value.tests.histories import random_history


def statement(held: HeldPurchases, as_of: date, months: list[int], there: tuple[int, ...] = ()) -> dict[str, Any]:
    customers = customers_as_of(held.days.until(as_of), as_of)
    already = np.isin(customers.ids, there)
    windows = windows_of(held, customers.ids, as_of)
    return statement_of(windows, customers, rhythm_of(customers), already, months, (5_000, 1_000))


def on(*days: date) -> list[int]:
    return [day_number(day) for day in days]


def test_cohorts_leave_out_who_was_there_and_count_a_customer_once_a_month() -> None:
    held = HeldPurchases.of(
        [1, 1, 1, 2, 3],
        on(date(2020, 1, 3), date(2020, 3, 4), date(2020, 3, 9), date(2020, 1, 5), date(2020, 1, 1)),
        [100, 50, 25, 10, 999],
    )
    found = statement(held, date(2020, 3, 20), [202001, 202002], there=(3,))["cohorts"]
    assert found["rows"] == [{"month": 202001, "buyers": [2, 0, 1], "money": [110, 0, 75]}]
    assert found["incomplete_months"] == [202003]


def test_the_river_needs_two_years_and_loses_nobody() -> None:
    held = random_history(300, 1_000, seed=21)
    as_of = date(2022, 9, 26)
    short = statement(held, as_of, months_between(202001, 202111))
    assert short["river"] is None
    river = statement(held, as_of, months_between(202001, 202208))["river"]
    assert river is not None
    assert [quarter["quarter"] for quarter in river["quarters"]][:2] == [202010, 202101]
    for earlier, later, flow in zip(river["quarters"], river["quarters"][1:], river["flows"], strict=False):
        left: dict[int, int] = {}
        reached: dict[int, int] = {}
        for origin, target, heads, _money in flow["links"]:
            left[origin] = left.get(origin, 0) + heads
            reached[target] = reached.get(target, 0) + heads
        assert {band: left[band] for band in left if band >= 0} == {band: n for band, _b, n, _m in earlier["bands"]}
        assert reached == {band: n for band, _b, n, _m in later["bands"]}


def test_yearly_retention_needs_two_years() -> None:
    held = random_history(300, 1_000, seed=21)
    assert statement(held, date(2021, 12, 1), [])["yearly"] is None
    yearly = statement(held, date(2022, 9, 26), [])["yearly"]
    assert 0 < yearly["kept"] <= yearly["were"]


def test_bands_hold_everybody_and_all_money() -> None:
    held = random_history(300, 400, seed=22)
    as_of = date(2021, 1, 31)
    customers = customers_as_of(held.days.until(as_of), as_of)
    bands = statement(held, as_of, [])["bands"]
    assert [band["band"] for band in bands] == [1, 2, 3, 0]
    assert sum(band["customers"] for band in bands) == len(customers)
    assert sum(band["money"] for band in bands) == int(customers.money_12.sum())
