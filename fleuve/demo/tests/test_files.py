"""The example's files hold every line of the data, untouched, and one simulated shop per customer number."""

from __future__ import annotations

import csv
from pathlib import Path

from fleuve.demo.files import write_customer_file, write_invoice_file


def test_every_invoice_line_is_written_as_it_is_in_the_data(tmp_path: Path) -> None:
    with write_invoice_file(tmp_path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 541_909
    assert len({row["CustomerID"] for row in rows if row["CustomerID"]}) == 4_372
    assert sum(not row["CustomerID"] for row in rows) == 135_080
    assert rows[0]["InvoiceDate"] == "2010-12-01 08:26:00"
    assert rows[0]["UnitPrice"] == "2.55"


def test_every_customer_number_has_one_row_with_a_name(tmp_path: Path) -> None:
    with write_customer_file(tmp_path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({row["CustomerID"] for row in rows}) == 4_372
    assert all(row["Company"] for row in rows)
