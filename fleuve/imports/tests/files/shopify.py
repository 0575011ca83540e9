"""Shopify's orders export: several rows an order, what belongs to the order on its first row only."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from fleuve.imports.tests.files.shop import Order, simulate

__all__ = ["write_shopify"]

_COLUMNS: Final = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Fulfilled at",
    "Accepts Marketing",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Shipping Method",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem compare at price",
    "Lineitem sku",
    "Lineitem requires shipping",
    "Lineitem taxable",
    "Lineitem fulfillment status",
    "Billing Name",
    "Billing Street",
    "Billing Address1",
    "Billing Address2",
    "Billing Company",
    "Billing City",
    "Billing Zip",
    "Billing Province",
    "Billing Country",
    "Billing Phone",
    "Shipping Name",
    "Shipping Street",
    "Shipping Address1",
    "Shipping Address2",
    "Shipping Company",
    "Shipping City",
    "Shipping Zip",
    "Shipping Province",
    "Shipping Country",
    "Shipping Phone",
    "Notes",
    "Note Attributes",
    "Cancelled at",
    "Payment Method",
    "Payment Reference",
    "Refunded Amount",
    "Vendor",
    "Outstanding Balance",
    "Employee",
    "Location",
    "Device ID",
    "Id",
    "Tags",
    "Risk Level",
    "Source",
    "Lineitem discount",
    "Tax 1 Name",
    "Tax 1 Value",
    "Tax 2 Name",
    "Tax 2 Value",
    "Phone",
    "Receipt Number",
    "Duties",
]


def write_shopify(path: Path) -> None:
    """Newest order first, UTF-8, decimal points, times with their zone."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.DictWriter(stream, _COLUMNS)
        rows.writeheader()
        for order in reversed(simulate(11)):
            for index, row in enumerate(_rows(order)):
                rows.writerow(row if index else {**row, **_of_order(order)})


def _rows(order: Order) -> list[dict[str, str]]:
    return [
        {
            "Name": f"#{order.number}",
            "Email": order.customer.email,
            "Created at": order.at.strftime("%Y-%m-%d %H:%M:%S +0200"),
            "Lineitem quantity": str(item.quantity),
            "Lineitem name": item.product.name,
            "Lineitem price": _money(item.product.cents),
            "Lineitem sku": item.product.code,
            "Lineitem requires shipping": "true",
            "Lineitem taxable": "true",
            "Lineitem fulfillment status": "fulfilled",
            "Lineitem discount": "0.00",
            "Vendor": "Maison",
        }
        for item in order.items
    ]


def _of_order(order: Order) -> dict[str, str]:
    person = order.customer
    state = "refunded" if order.refunded == order.total else "partially_refunded" if order.refunded else "paid"
    address = {"Name": person.name, "Street": person.street, "Address1": person.street, "City": person.city,
               "Zip": f"'{person.postcode}", "Country": "FR", "Phone": person.phone}  # fmt: skip
    return {
        "Financial Status": "voided" if order.number % 97 == 0 else state,
        "Paid at": order.at.strftime("%Y-%m-%d %H:%M:%S +0200"),
        "Fulfillment Status": "fulfilled",
        "Accepts Marketing": "yes" if person.accepts else "no",
        "Currency": "EUR",
        "Subtotal": _money(order.subtotal - order.discount),
        "Shipping": _money(order.shipping),
        "Taxes": _money(round(order.total / 6)),
        "Total": _money(order.total),
        "Discount Code": "MERCI10" if order.discount else "",
        "Discount Amount": _money(order.discount),
        "Refunded Amount": _money(order.refunded),
        "Outstanding Balance": "0.00",
        "Id": str(5_100_000_000_000 + order.number),
        "Source": "web",
        "Risk Level": "Low",
        "Payment Method": "Shopify Payments",
        "Tax 1 Name": "FR TVA 20%",
        "Tax 1 Value": _money(round(order.total / 6)),
        **{f"Billing {key}": value for key, value in address.items()},
        **{f"Shipping {key}": value for key, value in address.items()},
        "Notes": 'Laisser chez le voisin,\n"porte bleue"' if order.number % 53 == 0 else "",
    }


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}"
