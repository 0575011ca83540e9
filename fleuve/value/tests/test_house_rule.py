"""The usual gap of the house: read off the data until somebody knows better."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from fleuve.events.models import Event
from fleuve.jobs.models import Job
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal
from fleuve.value.actions import set_house_rule
from fleuve.value.errors import ValueRefused
from fleuve.value.estimation.customers import customers_as_of, rhythm_of
from fleuve.value.estimation.days import HeldPurchases, day_number
from fleuve.value.queries.house import house_rule_days

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ALICE = Principal("user", "1", "Alice", "owner")
BOB = Principal("user", "2", "Bob", "reader")


@pytest.mark.django_db
def test_the_newest_rule_holds_and_nothing_reads_the_data_again() -> None:
    assert house_rule_days() is None
    assert set_house_rule(days=45, by=ALICE, at=NOW)
    assert house_rule_days() == 45
    assert set_house_rule(days=None, by=ALICE, at=NOW)
    assert house_rule_days() is None
    assert Event.objects.filter(name="value.house_rule_set").count() == 2


@pytest.mark.django_db
def test_the_same_rule_again_changes_nothing_and_values_nobody_anew() -> None:
    assert set_house_rule(days=45, by=ALICE, at=NOW)
    assert not set_house_rule(days=45, by=ALICE, at=NOW)
    assert Job.objects.filter(name="value.revalue").count() == 1
    assert Event.objects.filter(name="value.house_rule_set").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("days", [0, -3, 731, float("inf"), float("nan")])
def test_it_refuses_a_gap_that_no_customer_has(days: float) -> None:
    with pytest.raises(ValueRefused):
        set_house_rule(days=days, by=ALICE, at=NOW)
    assert house_rule_days() is None


@pytest.mark.django_db
def test_a_reader_may_not_set_it() -> None:
    with pytest.raises(PermissionRefused):
        set_house_rule(days=45, by=BOB, at=NOW)


def test_it_moves_those_with_few_gaps_and_hardly_those_with_many() -> None:
    """One gap of ten days, and thirty gaps of ten days, under a house of 10 days and one of 160."""
    today = date(2026, 3, 1)
    often = [day_number(today) - 10 * back for back in range(31)]
    once = [day_number(today), day_number(today) - 10]
    rows = [(1, day) for day in sorted(once)] + [(2, day) for day in sorted(often)]
    party, day = np.array(rows).T
    customers = customers_as_of(HeldPurchases.of(party, day, np.full(len(rows), 100)).known(today), today)
    measured, told = rhythm_of(customers), rhythm_of(customers, 160.0)
    assert measured is not None
    assert told is not None
    assert measured.usual.tolist() == pytest.approx([10, 10])
    # Three house gaps against one own, then against thirty: 160^(3/4) 10^(1/4) and 160^(3/33) 10^(30/33).
    assert told.usual.tolist() == pytest.approx([160 ** (3 / 4) * 10 ** (1 / 4), 160 ** (3 / 33) * 10 ** (30 / 33)])
