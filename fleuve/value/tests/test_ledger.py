"""A ledger tells of every day what a new sum of all rows known on that day tells."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import numpy as np
import pytest

from fleuve.value.estimation.customers import Customers, customers_as_of, spent_between
from fleuve.value.estimation.days import PurchaseDays, day_number
from fleuve.value.estimation.ledger import Ledger
from fleuve.value.estimation.summed import customers_of, received_of, repeat_buyers_of, spent_of
from fleuve.value.estimation.windows import Windows
from fleuve.value.tests.histories import FIRST, random_history

DAYS = 900


def with_less_taken_back(days: PurchaseDays, share: float) -> tuple[PurchaseDays, np.ndarray]:
    """The rows as they once stood, of which some did not count and some were worth more; and whose rows differ."""
    rng = np.random.default_rng(7)
    counted, worth = rng.random(len(days)) >= share / 2, np.where(rng.random(len(days)) < share / 2, 2, 1)
    other = PurchaseDays(days.party, days.day, days.money * worth, days.revenue * worth, days.contracts)
    differ = np.unique(days.party[~counted | (worth > 1)])
    return other.where(counted), differ


def same(found: Customers, wanted: Customers) -> None:
    for one in fields(Customers):
        left, right = getattr(found, one.name), getattr(wanted, one.name)
        if one.name == "log_gaps":  # a ledger keeps logarithms to 2^-32 each
            np.testing.assert_allclose(left, right, rtol=0, atol=1e-7)
        else:
            np.testing.assert_array_equal(left, right, err_msg=one.name)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.9])
def test_customers_of_any_day_are_those_of_a_new_sum(share: float) -> None:
    held = random_history(400, DAYS, seed=31).days
    contracts = np.unique(held.party)[::9]
    ledger = Ledger(PurchaseDays(held.party, held.day, held.money, held.revenue, contracts))
    stood, differ = with_less_taken_back(ledger.days, share)
    changed = np.searchsorted(ledger.ids, differ)
    for back in (0, 400, 30, 899, 60, 1_000, -40):  # to and fro, beyond both ends
        day = FIRST + timedelta(days=DAYS - 1 - back)
        known = stood.until(day)
        few = known.where(np.isin(known.party, differ))
        same(customers_of(ledger, day, changed, few), customers_as_of(known, day))


def test_money_between_two_days_is_that_of_a_new_sum() -> None:
    held = random_history(400, DAYS, seed=32).days
    ledger = Ledger(held)
    stood, differ = with_less_taken_back(held, 0.05)
    until = FIRST + timedelta(days=700)
    after, changed = day_number(until) - 120, np.searchsorted(ledger.ids, differ)
    known = stood.until(until)
    few = known.where(np.isin(known.party, differ))
    for ids in (ledger.ids, np.unique(known.party), np.unique(known.party)[::5]):
        found = spent_of(ledger, ids, after, day_number(until), changed, few)
        wanted = spent_between(known, ids, after, day_number(until))
        np.testing.assert_array_equal(found, wanted)


def test_what_everybody_brought_and_who_came_back_are_new_sums_too() -> None:
    held = random_history(300, DAYS, seed=33).days
    ledger = Ledger(held)
    stood, differ = with_less_taken_back(held, 0.1)
    changed = np.searchsorted(ledger.ids, differ)
    for back in (0, 350, 720):
        until = FIRST + timedelta(days=DAYS - 1 - back)
        known, day = stood.until(until), day_number(until)
        few = known.where(np.isin(known.party, differ))
        recent = known.day > day - 90
        assert received_of(ledger, day - 90, day, changed, few) == known.money[recent].sum()
        times = np.unique(known.party, return_counts=True)[1]
        assert repeat_buyers_of(ledger, day, changed, few) == (times >= 2).sum()


@pytest.mark.parametrize("share", [0.0, 0.1])
def test_windows_are_new_sums_of_what_is_known_on_one_day(share: float) -> None:
    held = random_history(300, DAYS, seed=34).days
    ledger = Ledger(held)
    stood, differ = with_less_taken_back(held, share)
    as_of = FIRST + timedelta(days=DAYS - 100)
    known = stood.until(as_of)
    ids = np.unique(known.party)
    windows = Windows(ledger, ids, known.where(np.isin(known.party, differ)))
    for start, length in ((0, 30), (400, 200), (0, DAYS - 100), (DAYS - 130, 31), (200, 1)):
        first, last = FIRST + timedelta(days=start), FIRST + timedelta(days=start + length - 1)
        money, bought = windows.between(first, last)
        days, wanted = spent_between(known, ids, day_number(first) - 1, day_number(last))
        np.testing.assert_array_equal(money, wanted)
        np.testing.assert_array_equal(bought, days > 0)


def test_nobody_has_a_ledger_too() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    ledger = Ledger(PurchaseDays(nothing, nothing, nothing, nothing))
    found = customers_of(ledger, FIRST, nothing, ledger.days)
    assert len(found) == 0
