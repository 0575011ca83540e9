"""The five files, understood without an answer from anybody but the currency where a file does not name one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import Count, Sum

from fleuve.imports.models import Import
from fleuve.imports.tests.files.shop import Order, simulate
from fleuve.parties.models import ContactDetail, Record, Refusal
from fleuve.touchpoints.models import Purchase, PurchaseLine

Bring = Callable[..., Import]
Files = dict[str, Path]

pytestmark = pytest.mark.django_db


def _sum() -> int:
    return PurchaseLine.objects.aggregate(total=Sum("amount"))["total"] or 0


def _told(row: Import, key: str) -> tuple[bool, str]:
    question = next(question for question in row.questions if question["key"] == key)
    return question["told"], question["value"]


def _kept(order: Order) -> int:
    return order.total - order.refunded


def test_shopify_orders(bring: Bring, strangers_files: Files) -> None:
    orders = simulate(11)
    row = bring(strangers_files["orders_export_1.csv"], answers={})
    assert row.state == Import.State.IMPORTED
    assert row.mapping is not None
    assert (row.mapping["shape"], row.mapping["fills_down"]) == ("line", True)
    assert Purchase.objects.count() == len(orders)
    assert _sum() == sum(_kept(order) for order in orders)
    assert _told(row, "vat") == (True, "included:20")
    assert _told(row, "currency") == (True, "EUR")
    voided = {f"#{order.number}" for order in orders if order.number % 97 == 0}
    assert set(Purchase.objects.filter(status="cancelled").values_list("number", flat=True)) == voided
    assert Record.objects.count() == len({order.customer.number for order in orders})
    refusing = {order.customer.email for order in orders if not order.customer.accepts}
    assert set(Refusal.objects.values_list("record__external_id", flat=True)) == refusing
    assert row.result is not None
    assert row.result["set_aside"] == 0


def test_a_fully_refunded_shopify_order_takes_back_each_of_its_lines(bring: Bring, strangers_files: Files) -> None:
    bring(strangers_files["orders_export_1.csv"], answers={})
    order = next(order for order in simulate(11) if order.refunded == order.total)
    lines = PurchaseLine.objects.filter(purchase__number=f"#{order.number}")
    assert lines.aggregate(total=Sum("amount"))["total"] == 0
    by_product = lines.values("product").annotate(quantity=Sum("quantity_e3"))
    assert {row["quantity"] for row in by_product} == {0}


def test_woocommerce_orders(bring: Bring, strangers_files: Files) -> None:
    orders = simulate(22, customers=340, months=28)
    row = bring(strangers_files["woocommerce-orders.csv"])
    assert Purchase.objects.count() == len(orders)
    assert _sum() == sum(_kept(order) for order in orders)
    assert _told(row, "vat") == (True, "included:20")
    assert Purchase.objects.filter(status="cancelled").exists()
    names = Record.objects.exclude(external_id__contains="@").values_list("external_id", flat=True)
    assert "pas d'adresse" not in set(names)
    assert set(ContactDetail.objects.filter(value="pas d'adresse").values_list("fault", flat=True)) == {
        "not_an_address"
    }


def test_an_accounting_program_s_invoices(bring: Bring, strangers_files: Files) -> None:
    orders = simulate(33, customers=320, months=26)
    row = bring(strangers_files["factures-sage.csv"])
    returned = sum(item.cents for order in orders for item in order.returned)
    assert _sum() == sum(order.subtotal + order.shipping for order in orders) - returned
    assert (row.layout or {})["encoding"] == "cp1252"
    assert _told(row, "vat") == (True, "excluded")
    assert _told(row, "returns") == (True, "prefix:AV+")
    assert _told(row, "date_order") == (True, "dmy")
    assert _told(row, "country") == (True, "FR")
    assert row.result is not None
    assert row.result["totals"] == 1
    assert Purchase.objects.filter(kind="credit").count() == sum(1 for order in orders if order.returned)
    counter = Record.objects.get(external_id="CDIV")
    assert (counter.name, counter.special) == ("CLIENT COMPTOIR", "walk_in")
    assert Record.objects.get(external_id="C00001").kind == "organisation"
    assert set(ContactDetail.objects.filter(channel="phone").values_list("fault", flat=True)) == {""}


def test_one_row_an_order_without_lines(bring: Bring, strangers_files: Files) -> None:
    orders = simulate(44, customers=400, months=30)
    row = bring(strangers_files["commandes.txt"], answers={})
    assert (row.mapping or {})["shape"] == "order"
    assert (row.layout or {})["encoding"] == "utf-16"
    assert _sum() == sum(order.total for order in orders)
    assert Purchase.objects.count() == len(orders) == PurchaseLine.objects.count()
    assert _told(row, "currency") == (True, "EUR")
    assert Purchase.objects.filter(status="cancelled").count() == sum(1 for order in orders if order.number % 43 == 0)


def test_a_workbook_with_titles_sheets_merged_headers_and_totals(bring: Bring, strangers_files: Files) -> None:
    orders = simulate(55, customers=330, months=26)
    row = bring(strangers_files["Ventes 2023-2025.xlsx"], answers={})
    returned = sum(item.cents for order in orders for item in order.returned)
    layout = row.layout or {}
    assert (layout["sheet"], layout["header_rows"]) == ("Ventes", [4, 5])
    assert layout["columns"][:3] == ["Document N°", "Document Date", "Client N°"]
    assert _sum() == sum(order.subtotal for order in orders) - returned
    months = {order.at.strftime("%Y%m") for order in orders}
    assert row.result is not None
    assert row.result["totals"] == len(months) + 1
    assert _told(row, "currency") == (True, "EUR")
    assert set(Record.objects.values_list("external_id", flat=True)) >= {"41001", "41330"}


@pytest.mark.parametrize("name", ["orders_export_1.csv", "factures-sage.csv", "Ventes 2023-2025.xlsx"])
def test_bringing_the_file_again_changes_nothing(bring: Bring, strangers_files: Files, name: str) -> None:
    bring(strangers_files[name])
    lines = PurchaseLine.objects.aggregate(count=Count("id"), total=Sum("amount"))
    again = bring(strangers_files[name])
    assert again.result is not None
    changed = [again.result[key] for key in ("lines_created", "lines_changed", "parties_created", "parties_changed")]
    assert changed == [0, 0, 0, 0]
    assert PurchaseLine.objects.aggregate(count=Count("id"), total=Sum("amount")) == lines


def test_there_is_enough_history_to_value_customers() -> None:
    for seed, customers, months in ((11, 360, 27), (22, 340, 28), (33, 320, 26), (44, 400, 30), (55, 330, 26)):
        orders = simulate(seed, customers=customers, months=months)
        days = (orders[-1].at - orders[0].at).days
        assert len({order.customer.number for order in orders}) >= 300
        assert days > 24 * 30
