"""Lists taken out as CSV or XLSX: streamed, and safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula gets a leading apostrophe in CSV, which an import takes off again;
numbers and phone numbers in international form get none. A text that begins like a guarded one gets one more, so that
every text comes back as it went.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language

__all__ = ["CellValue", "csv_response", "safe_cell", "sheet_response", "xlsx_response"]

CellValue = str | int | float | Decimal | date | datetime | bool | None
# The last four are the full-width signs that spreadsheets of East Asia read like the plain ones.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_HARMLESS: Final = re.compile(r"[+-]?[\d\s.,()\-/]+%?\Z")
_BOM: Final = "\ufeff"  # without it spreadsheets read UTF-8 as the machine's old code page


def safe_cell(value: CellValue) -> CellValue:
    """The value as it may stand in a CSV cell: ``=1+1`` becomes ``'=1+1``; ``-12,50`` and ``+33 6…`` stay.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("+33612345678"), safe_cell("-12,50")
    ("'=HYPERLINK(1)", '+33612345678', '-12,50')
    """
    if isinstance(value, str) and value.lstrip("' ").startswith(_DANGEROUS) and not _HARMLESS.match(value):
        return f"'{value}"
    return value


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class _Dialect:
    """How spreadsheets of a language expect their files: in French, semicolons between cells and decimal commas."""

    delimiter: str
    decimal: str

    @classmethod
    def of_reader(cls) -> _Dialect:
        return cls(";", ",") if (get_language() or "").startswith("fr") else cls(",", ".")

    def cell(self, value: CellValue) -> CellValue:
        if value is None:
            return ""
        if isinstance(value, Decimal | float) and self.decimal != ".":
            return str(value).replace(".", self.decimal)
        return safe_cell(value)


def _csv_lines(header: Sequence[str], rows: Iterable[Sequence[CellValue]], dialect: _Dialect) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=dialect.delimiter)
    yield _BOM
    yield writer.writerow([safe_cell(str(name)) for name in header])
    for row in rows:
        yield writer.writerow([dialect.cell(value) for value in row])


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> HttpResponseBase:
    """A streamed download ``name.csv`` in UTF-8, as spreadsheets of the reader's language open it by a double click."""
    lines = _csv_lines(header, rows, _Dialect.of_reader())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, header: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> HttpResponseBase:
    """A download ``name.xlsx``, written row by row to a temporary file; text is text, never a formula."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with xlsxwriter.Workbook(file, options | {"default_date_format": "yyyy-mm-dd", "remove_timezone": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [str(cell) for cell in header], book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [_plain(cell) for cell in row])
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")


def sheet_response(
    form: str, name: str, header: Sequence[str], rows: Iterable[Sequence[CellValue]]
) -> HttpResponseBase:
    """``xlsx`` or ``csv``, as asked for; anything else is CSV."""
    return (xlsx_response if form == "xlsx" else csv_response)(name, header, rows)


def _plain(cell: CellValue) -> CellValue:
    return float(cell) if isinstance(cell, Decimal) else cell
