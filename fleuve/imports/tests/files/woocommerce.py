"""WooCommerce's advanced order export: one row a line, everything of the order repeated on each."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from fleuve.imports.tests.files.shop import Item, Order, simulate

__all__ = ["write_woocommerce"]

_COLUMNS: Final = [
    "Order Number",
    "Order Status",
    "Order Date",
    "Customer Note",
    "First Name (Billing)",
    "Last Name (Billing)",
    "Company (Billing)",
    "Address 1&2 (Billing)",
    "City (Billing)",
    "State Code (Billing)",
    "Postcode (Billing)",
    "Country Code (Billing)",
    "Email (Billing)",
    "Phone (Billing)",
    "First Name (Shipping)",
    "Last Name (Shipping)",
    "Address 1&2 (Shipping)",
    "City (Shipping)",
    "Postcode (Shipping)",
    "Country Code (Shipping)",
    "Payment Method Title",
    "Cart Discount Amount",
    "Order Subtotal Amount",
    "Shipping Method Title",
    "Order Shipping Amount",
    "Order Refund Amount",
    "Order Total Amount",
    "Order Total Tax Amount",
    "SKU",
    "Item #",
    "Item Name",
    "Quantity (- Refund)",
    "Item Cost",
    "Coupon Code",
]


def write_woocommerce(path: Path) -> None:
    """UTF-8 with a byte-order mark, as for Excel; dates year first without seconds."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(_COLUMNS)
        for order in simulate(22, customers=340, months=28):
            for number, item in enumerate(order.items, start=1):
                rows.writerow(_row(order, number, item))


def _row(order: Order, number: int, item: Item) -> list[str]:
    person = order.customer
    status = "Refunded" if order.refunded == order.total else "Cancelled" if order.number % 61 == 0 else "Completed"
    place = [person.street, person.city]
    name = [person.first_name, person.last_name]
    return [
        str(order.number), status, order.at.strftime("%Y-%m-%d %H:%M"),
        "", *name, "", *place, "", person.postcode, "FR",
        person.email if order.number % 40 else "pas d'adresse", person.phone, *name, *place, person.postcode, "FR",
        "Carte bancaire", _money(order.discount), _money(order.subtotal), "Colissimo", _money(order.shipping),
        _money(order.refunded), _money(order.total), _money(round(order.total / 6)), item.product.code, str(number),
        item.product.name, str(item.quantity), _money(item.product.cents), "",
    ]  # fmt: skip


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}"
