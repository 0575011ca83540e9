"""Numbers as people and programs write them: ``1 234,56 €``, ``(45.00)``, ``12-``, ``1'234.5``, ``20 %``.

Whether a comma is the decimal sign is decided for a whole column, from its own cells, else from the other columns of
the file; a single cell such as ``1,234`` does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from fleuve.imports.reading.workbooks import Cell

__all__ = ["CURRENCY_SIGNS", "DecimalEvidence", "cell_text", "currency_in", "decimal_evidence", "read_number"]

CURRENCY_SIGNS: Final = {
    "€": "EUR",
    "euro": "EUR",
    "£": "GBP",
    "$": "USD",
    "¥": "JPY",
    "₹": "INR",
    "zł": "PLN",
    "kč": "CZK",
}
_CODES: Final = "EUR|USD|GBP|CHF|CAD|AUD|JPY|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|MAD|TND|DZD|XOF|XAF|INR|CNY|BRL|MXN|ZAR"
_UNIT = re.compile(
    rf"(?<![A-Za-z])(?:{_CODES}|Fr\.?|kr\.?|zł|Kč|(?:US|CA|C|A)?\$|HT|TTC|[€£¥₹])(?![A-Za-z])", re.IGNORECASE
)
_SPACES: Final = {ord(sign): None for sign in "  \u202f\u2009\t'’`"}
_PLAIN = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_GROUPED: Final = {
    ".": re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d*)?"),
    ",": re.compile(r"-?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?"),
}
_COMMA_SURE = re.compile(r"\d,(?:\d{1,2}|\d{4,})\D*$|\.\d{3},|^\D*0,\d")
_POINT_SURE = re.compile(r"\d\.(?:\d{1,2}|\d{4,})\D*$|,\d{3}\.|^\D*0?\.\d")
_EITHER = re.compile(r"^\D*[1-9]\d{0,2}[.,]\d{3}\D*$")


@dataclass(frozen=True)
class DecimalEvidence:
    """How many cells prove a decimal comma, how many a decimal point, how many could be either."""

    comma: int = 0
    point: int = 0
    either: int = 0

    def __add__(self, other: DecimalEvidence) -> DecimalEvidence:
        return DecimalEvidence(self.comma + other.comma, self.point + other.point, self.either + other.either)

    @property
    def sign(self) -> str:
        """The decimal sign that the cells prove, blank when they do not."""
        if self.comma == self.point:
            return ""
        return "," if self.comma > self.point else "."


def cell_text(cell: Cell) -> str:
    """A cell as text: ``17850.0`` from a workbook is the customer number ``17850``."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return "" if cell is None else str(cell)


def decimal_evidence(texts: Iterable[str]) -> DecimalEvidence:
    """What the cells of a column say about the decimal sign."""
    comma = point = either = 0
    for text in texts:
        comma += _COMMA_SURE.search(text) is not None
        point += _POINT_SURE.search(text) is not None
        either += _EITHER.match(text) is not None
    return DecimalEvidence(comma, point, either)


def currency_in(text: str) -> str:
    """The ISO code that a cell or a header names (``12,50 €`` → ``EUR``), blank if none."""
    for sign, code in CURRENCY_SIGNS.items():
        if sign in text.lower():
            return code
    found = re.search(rf"\b(?:{_CODES})\b", text)
    return found.group() if found else ""


def read_number(cell: Cell, decimal: str = ".") -> Decimal | None:
    """The number in a cell, None when it is not one. A percent sign divides by a hundred.

    >>> read_number("(1 234,50 €)", ",")
    Decimal('-1234.50')
    """
    if not isinstance(cell, str):
        return _from_typed(cell)
    text = cell.strip()
    if not _PLAIN.fullmatch(text) or decimal == ",":
        return _from_written(text, decimal)
    return _decimal(text)


def _from_typed(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return Decimal(repr(cell)) if abs(cell) < 1e30 else None


def _from_written(text: str, decimal: str) -> Decimal | None:
    negative = text.startswith("(") and text.endswith(")")
    text = _UNIT.sub("", text.strip("()")).translate(_SPACES).replace("−", "-").replace("–", "-")
    percent = text.endswith("%")
    text = text.rstrip("%")
    if text.endswith("-"):
        negative, text = True, text[:-1]
    text = text.removeprefix("+")
    thousands = "." if decimal == "," else ","
    if thousands in text:
        if not _GROUPED[thousands].fullmatch(text):
            return None
        text = text.replace(thousands, "")
    text = text.replace(decimal, ".") if text.count(decimal) == 1 else text
    if not _PLAIN.fullmatch(text):
        return None
    number = _decimal(text)
    if number is None:
        return None
    return (-number if negative else number) / (100 if percent else 1)


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < 30 else None
