"""A workbook kept by hand: title rows, three sheets, headers in two merged rows, a total after each month."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

from fleuve.imports.tests.files.shop import Order, simulate

__all__ = ["write_workbook"]

_GROUPS = (("Document", 0, 1), ("Client", 2, 4), ("Article", 5, 6), ("Vente", 7, 9))
_NAMES = ("N°", "Date", "N°", "Nom", "Ville", "Code", "Libellé", "Qté", "Prix unitaire HT", "Montant HT")


def write_workbook(path: Path) -> None:
    """The sheet with the sales is the second one; its amounts are numbers and its dates are Excel's."""
    with xlsxwriter.Workbook(str(path)) as book:
        summary = book.add_worksheet("Sommaire")
        for row, text in enumerate(("Suivi commercial", "Feuilles : Ventes, Tarif", "Mis à jour le 02/06/2025")):
            summary.write(row, 0, text)
        orders = simulate(55, customers=330, months=26)
        _sales(book, book.add_worksheet("Ventes"), orders)
        _prices(book.add_worksheet("Tarif"), orders)


def _sales(book: Any, sheet: Any, orders: Sequence[Order]) -> None:
    bold = book.add_format({"bold": True})
    date = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.merge_range(0, 0, 0, 9, "Ventes par client, mars 2023 – mai 2025", bold)
    sheet.write(1, 0, "Montants en euros hors taxes")
    for name, first, last in _GROUPS:
        sheet.merge_range(3, first, 3, last, name, bold)
    sheet.write_row(4, 0, _NAMES, bold)
    row, grand = 5, 0
    for month, ordered in groupby(orders, key=lambda order: order.at.strftime("%m/%Y")):
        total = 0
        for order in ordered:
            row, total = _order(sheet, row, total, order, date)
        sheet.write(row, 3, f"Sous-total {month}", bold)
        sheet.write_number(row, 9, total / 100)
        row, grand = row + 1, grand + total
    sheet.write(row + 1, 0, "TOTAL", bold)
    sheet.write_formula(row + 1, 9, "=SUM(J6:J9)", None, grand / 100)


def _order(sheet: Any, row: int, total: int, order: Order, date: Any) -> tuple[int, int]:
    items = [(item, 1) for item in order.items] + [(item, -1) for item in order.returned]
    for item, sign in items:
        person = order.customer
        sheet.write_number(row, 0, order.number)
        sheet.write_datetime(row, 1, order.at.replace(hour=0, minute=0, second=0, tzinfo=None), date)
        sheet.write_number(row, 2, 41_000 + person.number)
        sheet.write_row(row, 3, (person.company, person.city, item.product.code, item.product.name))
        sheet.write_row(row, 7, (sign * item.quantity, item.product.cents / 100, sign * item.cents / 100))
        row, total = row + 1, total + sign * item.cents
    return row, total


def _prices(sheet: Any, orders: Sequence[Order]) -> None:
    sheet.write_row(0, 0, ("Code", "Libellé", "Prix"))
    products = sorted({item.product.code: item.product for order in orders for item in order.items}.items())
    for row, (code, product) in enumerate(products, start=1):
        sheet.write_row(row, 0, (code, product.name, product.cents / 100))
