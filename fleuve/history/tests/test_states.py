"""docs/rules/purchases.md: the worked tables, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleuve.history.tests.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(home: Path) -> Shop:
    return Shop()


def test_a_fully_reversed_order_is_no_purchase(shop: Shop) -> None:
    """1. A reversed order is no purchase."""
    shop.sells("1", "2011-05-18 09:52", "Alice", ("BRUSH", 1, "2.90"))
    shop.sells("2", "2011-12-09 09:15", "Alice", ("BIRDIE", 80995, "2.08"))
    shop.credits("C3", "2011-12-09 09:27", "Alice", ("BIRDIE", -80995, "2.08"))
    shop.build()
    assert shop.states() == {"1/1": ("counted", 290), "2/1": ("returned", 0), "C3/1": ("return_matched", 0)}
    assert shop.ask("SELECT day::VARCHAR, orders, revenue FROM party_days") == [("2011-05-18", 1, 290)]


def test_a_partial_return_lowers_its_purchase(shop: Shop) -> None:
    """1. A reversed order is no purchase."""
    shop.sells("1", "2011-03-01 10:00", "Alice", ("MUG", 6, "2.55"))
    shop.credits("C2", "2011-03-20 10:00", "Alice", ("MUG", -2, "2.55"))
    shop.build()
    assert shop.states() == {"1/1": ("partly_returned", 1020), "C2/1": ("return_matched", 0)}
    assert shop.ask("SELECT orders, revenue FROM party_days") == [(1, 1020)]
    assert shop.ask("SELECT day::VARCHAR, purchased_on::VARCHAR, measure, amount FROM returns") == [
        ("2011-03-20", "2011-03-01", 2000, -510)
    ]


def test_a_credit_without_its_purchase_lowers_revenue_only(shop: Shop) -> None:
    """1. A reversed order is no purchase."""
    shop.sells("1", "2011-03-01 10:00", "Alice", ("MUG", 6, "2.55"))
    shop.credits("C2", "2011-03-20 10:00", "Alice", ("LAMP", -1, "40.00"))
    shop.build()
    assert shop.states()["C2/1"] == ("return_unmatched", -4000)
    assert shop.ask("SELECT revenue FROM party_days") == [(1530,)]
    assert shop.ask("SELECT month, revenue, purchase_days FROM party_months") == [(201103, 1530 - 4000, 1)]


def test_a_return_outside_of_the_window_is_not_matched(home: Path) -> None:
    """1. A reversed order is no purchase."""
    shop = Shop({"return_window_days": 30})
    shop.sells("1", "2011-03-01 10:00", "Alice", ("MUG", 6, "2.55"))
    shop.credits("C2", "2011-04-20 10:00", "Alice", ("MUG", -6, "2.55"))
    shop.build()
    assert shop.states() == {"1/1": ("counted", 1530), "C2/1": ("return_unmatched", -1530)}


def test_a_credit_spread_over_two_purchases_shares_its_amount(shop: Shop) -> None:
    """1. A reversed order is no purchase."""
    shop.sells("1", "2011-03-01 10:00", "Alice", ("MUG", 1, "3.33"))
    shop.sells("2", "2011-03-02 10:00", "Alice", ("MUG", 2, "3.33"))
    shop.credits("C3", "2011-03-05 10:00", "Alice", ("MUG", -3, "3.34"))
    shop.build()
    assert shop.ask("SELECT sum(amount) FROM returns") == [(-1002,)]
    states = shop.states()
    assert states["1/1"][0] == states["2/1"][0] == "returned"
    assert states["1/1"][1] + states["2/1"][1] == 999 - 1002


def test_a_refund_below_the_price_leaves_the_difference_as_revenue_and_no_purchase_day(shop: Shop) -> None:
    """1. A reversed order is no purchase."""
    shop.sells("1", "2011-03-01 10:00", "Alice", ("LAMP", 1, "165.00"))
    shop.credits("C2", "2011-03-03 10:00", "Alice", ("LAMP", -1, "85.00"))
    shop.build()
    assert shop.states() == {"1/1": ("returned", 8000), "C2/1": ("return_matched", 0)}
    assert shop.ask("SELECT count(*) FROM party_days") == [(0,)]


def test_a_credit_of_a_whole_order_without_lines_is_matched_by_money(shop: Shop) -> None:
    """1. A reversed order is no purchase: files with one row per order name no product."""
    shop.sells("1", "2011-03-01", "Alice", ("", 1, "120.00"))
    shop.sells("2", "2011-03-05", "Alice", ("", 1, "80.00"))
    shop.credits("C3", "2011-03-09", "Alice", ("", -1, "120.00"))
    shop.build()
    assert shop.states() == {
        "1/1": ("returned", 0),
        "2/1": ("counted", 8000),
        "C3/1": ("return_matched", 0),
    }


def test_lines_that_are_no_products_are_set_aside_until_switched_on(home: Path) -> None:
    """3. Lines that are no products."""
    shop = Shop({"counted_kinds": ["discount", "postage"]})
    shop.sells(
        "1", "2011-03-01", "Alice", ("MUG", 2, "10.00"), ("Postage", 1, "4.00"), ("Discount", -1, "3.00"),
        ("Gift card", 1, "50.00"), ("Manual", 1, "7.00"), ("Bad debt", 1, "-9.00"), ("PEN", 1, "0.00"),
        ("Lamp", 1, "-5.00"),
    )  # fmt: skip
    shop.build()
    assert shop.states() == {
        "1/1": ("counted", 2000),
        "1/2": ("counted", 400),
        "1/3": ("counted", -300),
        "1/4": ("set_aside", 0),
        "1/5": ("set_aside", 0),
        "1/6": ("write_off", 0),
        "1/7": ("free", 0),
        "1/8": ("write_off", 0),
    }
    assert shop.ask("SELECT orders, revenue FROM party_days") == [(1, 2100)]
    assert shop.ask("SELECT kind FROM lines WHERE state = 'set_aside' ORDER BY kind") == [("manual",), ("voucher",)]


@pytest.mark.parametrize(("keeps", "state"), [(True, ("counted", 1000)), (False, ("duplicate_dropped", 0))])
def test_identical_lines_are_kept_and_flagged_until_somebody_says_otherwise(
    home: Path, keeps: bool, state: tuple[str, int]
) -> None:
    """3. Lines that are no products."""
    shop = Shop({"keeps_identical_lines": keeps})
    shop.sells("1", "2011-03-01", "Alice", ("MUG", 1, "10.00"), ("MUG", 1, "10.00"), ("MUG", 2, "10.00"))
    shop.build()
    assert shop.states() == {"1/1": ("counted", 1000), "1/2": state, "1/3": ("counted", 2000)}
    assert shop.ask("SELECT count(*) FROM lines WHERE is_identical") == [(1,)]


@pytest.mark.parametrize(("counts", "walk_in"), [(True, 2000), (False, 0)])
def test_walk_in_sales_are_set_aside_from_customers_and_counted(home: Path, counts: bool, walk_in: int) -> None:
    """12. Shared identifiers and walk-in customers."""
    shop = Shop({"counts_walk_in": counts})
    shop.customer("Till", special="walk_in", special_by="person")
    shop.sells("1", "2011-03-01", None, ("MUG", 2, "10.00"))
    shop.sells("2", "2011-03-01", "Till", ("MUG", 2, "10.00"))
    shop.sells("3", "2011-03-01", "Client comptoir", ("MUG", 2, "10.00"))
    shop.sells("4", "2011-03-01", "Alice", ("MUG", 1, "10.00"))
    shop.build()
    assert shop.states() == {
        "1/1": ("walk_in", walk_in),
        "2/1": ("walk_in", walk_in),
        "3/1": ("walk_in", walk_in),
        "4/1": ("counted", 1000),
    }
    assert shop.ask("SELECT walk_in_lines, walk_in_told FROM totals WHERE source_id IS NULL") == [(3, 6000)]
    assert shop.ask("SELECT count(*) FROM party_days") == [(1,)]


def test_an_impossible_rhythm_is_set_aside_and_a_persons_word_brings_it_back(shop: Shop) -> None:
    """12. Shared identifiers and walk-in customers."""
    shop.customer("4711", name="")
    for day in range(1, 29):
        for order in range(8):
            shop.sells(f"{day}-{order}", f"2011-03-{day:02} 10:{order:02}", "4711", ("MUG", 1, "10.00"))
    shop.build()
    assert {state for state, _counted in shop.states().values()} == {"walk_in"}
    found = shop.ask("SELECT special, special_why, orders, days FROM special_records")
    assert found == [("walk_in", "rhythm", 224, 28)]
    record = shop.records["4711"]
    record.special_by = "person"
    record.updated_at = record.updated_at.replace(year=2013)
    record.save()
    shop.build()
    assert {state for state, _counted in shop.states().values()} == {"counted"}


def test_staff_tests_and_marketplaces_are_special_and_closed_customers_are_not(shop: Shop) -> None:
    """14. Vouchers, deposits, staff, tests."""
    for special in ("staff", "test", "marketplace", "closed", "deceased"):
        shop.customer(special, name="", special=special)
        shop.sells(special, "2011-03-01", special, ("MUG", 1, "10.00"))
    shop.build()
    assert {document.removesuffix("/1"): found for document, found in shop.states().items()} == {
        "staff": ("special", 0),
        "test": ("special", 0),
        "marketplace": ("special", 1000),  # revenue without a customer, like the till's
        "closed": ("counted", 1000),
        "deceased": ("counted", 1000),
    }
    assert shop.ask("SELECT walk_in_lines FROM totals WHERE source_id IS NULL") == [(1,)]
    assert shop.ask("SELECT count(*) FROM party_days") == [(2,)]


@pytest.mark.parametrize("status", ["unpaid", "cancelled", "draft", "test"])
def test_a_document_whose_status_does_not_count(shop: Shop, status: str) -> None:
    """14. Vouchers, deposits, staff, tests."""
    shop.sells("1", "2011-03-01", "Alice", ("MUG", 1, "10.00"), status=status)
    shop.build()
    assert shop.states() == {"1/1": ("not_counted_status", 0)}
    assert shop.ask("SELECT kind FROM lines") == [(status,)]


def test_vat_is_taken_out_when_prices_include_it(home: Path) -> None:
    """11. VAT and currencies."""
    shop = Shop({"vat_included": True, "vat_bp": 2000})
    shop.sells("1", "2011-03-01", "Alice", ("MUG", 1, "12.00"), ("PEN", 1, "0.99"))
    shop.build()
    assert shop.states() == {"1/1": ("counted", 1000), "1/2": ("counted", 83)}
    assert shop.ask("SELECT sum(amount) FROM lines") == [(1299,)]


def test_a_stated_margin_and_a_categorys_own(home: Path) -> None:
    """4. Margin."""
    shop = Shop({"margin_bp": 4000, "category_margins": {"Candles": 6000}})
    shop.sells("1", "2011-03-01", "Alice", ("MUG", 1, "10.00"), ("CANDLE", 1, "10.00"))
    product = shop.source.products.get(code="CANDLE")
    product.category = "Candles"
    product.save()
    shop.build()
    assert shop.ask("SELECT product_code, margin FROM lines ORDER BY 1") == [("CANDLE", 600), ("MUG", 400)]
    assert shop.ask("SELECT margin FROM party_days") == [(1000,)]


def test_a_told_cost_wins_and_a_return_gives_its_share_back(shop: Shop) -> None:
    """4. Margin."""
    shop.sells("1", "2011-03-01", "Alice", ("MUG", 4, "10.00", 2400))
    shop.credits("C2", "2011-03-02", "Alice", ("MUG", -1, "10.00"))
    shop.build()
    assert shop.states()["1/1"] == ("partly_returned", 3000)
    assert shop.ask("SELECT margin FROM party_days") == [(3000 - 1800,)]


def test_without_every_margin_value_is_said_in_revenue(shop: Shop) -> None:
    """4. Margin."""
    shop.sells("1", "2011-03-01", "Alice", ("MUG", 4, "10.00", 2400), ("PEN", 1, "1.00"))
    shop.build()
    assert shop.ask("SELECT DISTINCT margin FROM lines") == [(None,)]
    assert shop.ask("SELECT has_margin FROM basis") == [(False,)]


def test_a_monthly_debit_is_seen_for_what_it_is(shop: Shop) -> None:
    """13. Subscriptions."""
    for month in range(1, 8):
        shop.sells(f"A{month}", f"2011-{month:02}-01", "Alice", ("MEMBERSHIP", 1, "30.00"))
        shop.sells(f"B{month}", f"2011-{month:02}-{3 * month:02}", "Bob", ("MUG", month, "10.00"))
    shop.build()
    assert shop.ask("SELECT subscription_like FROM totals WHERE source_id IS NULL") == [(1,)]


def test_organisations_and_persons_can_be_told_apart(shop: Shop) -> None:
    """10. Businesses."""
    shop.customer("Café du Port", kind="organisation", legal_id="552100554")
    shop.customer("Chloé Martin", kind="person")
    for name in ("Café du Port", "Chloé Martin", "14911"):
        shop.sells(name, "2011-03-01", name, ("MUG", 1, "10.00"))
    shop.build()
    kinds = shop.ask("SELECT p.kind FROM parties AS p JOIN party_days USING (party_id) ORDER BY 1")
    assert kinds == [("organisation",), ("person",), ("unknown",)]
