"""Lists leave as files that spreadsheets open without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import cast

import pytest
from django.utils import translation
from openpyxl import load_workbook

from fleuve.ui.sheets import CellValue, csv_response, safe_cell, sheet_response, xlsx_response

HEADER = ("Name", "Phone", "Revenue", "Last purchase")
ROWS: list[tuple[CellValue, ...]] = [("Chloé & fils", "+33612345678", Decimal("12.50"), date(2011, 12, 9))]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\tx", "\rx", "\n=1", "\uff1d1+1", "'=1+1", "''-3"]
)
def test_a_cell_that_would_run_or_looks_guarded_is_made_plain_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+33 6 12 34 56 78", "-12,50", "+44 (0)20 7946 0018", "Chloé", "12-34", ""])
def test_numbers_and_phones_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_csv_is_utf8_with_its_mark_and_comes_back_as_it_went() -> None:
    response = csv_response("list", HEADER, ROWS)
    text = b"".join(cast("Iterable[bytes]", response)).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1] == ["Chloé & fils", "+33612345678", "12.50", "2011-12-09"]
    assert response["Content-Disposition"] == 'attachment; filename="list.csv"'


@pytest.mark.django_db  # closing a response closes what is open of the database
def test_a_french_reader_gets_semicolons_and_decimal_commas() -> None:
    with translation.override("fr"):
        response = csv_response("liste", HEADER, [*ROWS, ("=1+1", "", 2.5, None)])
    text = b"".join(cast("Iterable[bytes]", response)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[1] == ["Chloé & fils", "+33612345678", "12,50", "2011-12-09"]
    assert rows[2] == ["'=1+1", "", "2,5", ""]


@pytest.mark.django_db  # closing a response ends a request, which looks at the connection
def test_xlsx_keeps_text_as_text_and_numbers_as_numbers() -> None:
    response = xlsx_response("list", HEADER, [*ROWS, ("=1+1", "", None, None)])
    content = b"".join(cast("Iterable[bytes]", response))
    response.close()
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == HEADER
    assert rows[1][2] == 12.5
    assert rows[2][0] == "=1+1"
    assert sheet["A3"].data_type == "s"


def test_an_unknown_form_is_csv() -> None:
    assert sheet_response("pdf", "list", HEADER, ROWS)["Content-Type"].startswith("text/csv")
