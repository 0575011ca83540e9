"""Answers for pages, on a shop that can be counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fleuve.history.facts import is_partial
from fleuve.history.queries import (
    LineFilter,
    basis,
    count_lines,
    headline,
    lines_in,
    lines_of_party,
    margin_is_assumed,
    products_of_party,
    purchase_days,
    revenue_by_month,
    table,
    understanding,
)
from fleuve.history.tests.shop import Shop
from fleuve.parties.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(home: Path) -> Shop:
    shop = Shop({"margin_bp": 5000})
    for month in (1, 2, 3, 4):
        shop.sells(f"A{month}", f"2011-{month:02}-10 10:00", "Alice", ("MUG", 2, "5.00"), ("PEN", 1, "1.00"))
    for month in (8, 9, 12):
        shop.sells(f"A{month}", f"2011-{month:02}-10 10:00", "Alice", ("PEN", 1, "1.00"))
    shop.credits("CA4", "2011-05-02 10:00", "Alice", ("MUG", -2, "5.00"))
    shop.sells("B1", "2011-06-01 10:00", "Bob", ("LAMP", 1, "100.00"))
    shop.sells("T1", "2011-06-02 10:00", None, ("MUG", 1, "5.00"))
    shop.build()
    return shop


def _party(shop: Shop, name: str) -> int:
    return Membership.objects.get(record=shop.records[name], until_at=None).party_id


def test_a_customers_lines_newest_first_with_their_states(shop: Shop) -> None:
    lines = lines_of_party(_party(shop, "Alice"), limit=5)
    assert [line.number for line in lines] == ["A12", "A9", "A8", "CA4", "A4"]
    assert lines[3].state == "return_matched"
    assert (lines[4].state, lines[4].counted, lines[4].amount) == ("returned", 0, 1000)


def test_products_bought_and_abandoned(shop: Shop) -> None:
    products = {product.code: product for product in products_of_party(_party(shop, "Alice"), date(2011, 12, 20))}
    assert products["MUG"].purchase_days == 3
    assert products["MUG"].last_day == date(2011, 3, 10)
    assert products["MUG"].is_abandoned
    assert not products["PEN"].is_abandoned


def test_months_add_up_to_the_headline(shop: Shop) -> None:
    months = revenue_by_month()
    found = headline()
    assert sum(month.told for month in months) == found.revenue_told == 13_700 + 500
    assert sum(month.counted for month in months) == found.revenue_counted
    assert (found.buyers, found.identifiers, found.walk_in_revenue) == (2, 2, 500)


def test_margin_is_said_to_be_assumed(shop: Shop) -> None:
    assert (basis(), margin_is_assumed()) == ("margin", True)


def test_reading_as_of_a_day_sees_the_purchase_before_its_return(shop: Shop) -> None:
    alice = _party(shop, "Alice")
    before = purchase_days(until=date(2011, 5, 1)).to_pylist()
    assert before[-1] == {
        "party_id": alice,
        "day": date(2011, 4, 10),
        "orders": 1,
        "revenue": 1_100,
        "margin": 550,
    }
    assert purchase_days(until=date(2011, 5, 2)).to_pylist()[3]["revenue"] == 100
    # Read as of the last day, it is what the stored table says.
    assert purchase_days(until=date(2012, 1, 1)).to_pylist() == table("party_days").to_pylist()


def test_the_lines_behind_a_number(shop: Shop) -> None:
    assert count_lines(LineFilter(state="walk_in")) == (1, 500)
    assert [line.customer for line in lines_in(LineFilter(state="returned"))] == ["Alice"]
    assert count_lines(LineFilter(source_id=1)) == (0, 0)


def test_understanding_is_none_for_a_source_without_lines(shop: Shop) -> None:
    assert understanding(1) is None
    whole = understanding()
    assert whole is not None
    assert whole.years[0].months == 9
    assert whole.totals.cancelled_orders == 0  # the pen of that order was kept


@pytest.mark.parametrize(
    ("last", "open_days", "partial"),
    [
        (date(2011, 8, 31), [], False),
        (date(2011, 12, 9), [date(2011, 12, day) for day in range(1, 10)], True),
        (date(2011, 4, 29), [date(2011, 4, day) for day in (1, 4, 8, 11, 15, 18, 22, 25, 29)], False),
    ],
)
def test_a_month_is_partial_when_the_file_stops_earlier_than_the_shop_would(
    last: date, open_days: list[date], partial: bool
) -> None:
    """7. Season."""
    assert is_partial(last, open_days) is partial
