"""Typed columns as the text of cells, a whole batch at a time: safe to open in a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import get_language
from django.utils.translation import gettext as _

__all__ = ["Dialect", "joined", "plain_number", "safe_texts", "yes_or_no"]

# The rule of ``ui.sheets.safe_cell`` for whole columns: the last four are full-width signs of East Asian spreadsheets.
_DANGEROUS: Final = "^[ ']*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_HARMLESS: Final = r"^[+-]?[\p{Nd}\p{Z}\t-\r\x1c-\x1f\x{85}.,()\-/]+%?$"
_SUPERFLUOUS: Final = r"\.?0+$"
_FRACTION: Final = pa.decimal128(24, 6)


@dataclass(frozen=True)
class Dialect:
    """How spreadsheets of a language expect text files: in French, semicolons between cells and decimal commas."""

    delimiter: str = ","
    decimal: str = "."
    yes: str = "yes"
    no: str = "no"

    @classmethod
    def of_reader(cls) -> Dialect:
        """That of the active language."""
        is_french = (get_language() or "").startswith("fr")
        marks = (";", ",") if is_french else (",", ".")
        return cls(*marks, yes=_("yes"), no=_("no"))

    def texts(self, values: pa.Array) -> pa.Array:
        """Every value as its cell; nothing stays nothing."""
        kind = values.type
        if pa.types.is_string(kind):
            return safe_texts(values)
        if pa.types.is_list(kind):
            return safe_texts(joined(values))
        if pa.types.is_boolean(kind):
            return yes_or_no(values, self.yes, self.no)
        if pa.types.is_date(kind):
            return values.cast(pa.string())
        told = plain_number(values)
        return told if self.decimal == "." else pc.replace_substring(told, ".", self.decimal)


def safe_texts(values: pa.Array) -> pa.Array:
    """Texts with an apostrophe before what a spreadsheet would run."""
    runs = pc.match_substring_regex(values, _DANGEROUS)
    if not pc.any(runs).as_py():
        return values
    runs = pc.and_(runs, pc.invert(pc.match_substring_regex(values, _HARMLESS)))
    return pc.if_else(runs, pc.binary_join_element_wise("'", values, ""), values)


def joined(values: pa.Array) -> pa.Array:
    """Several answers in one cell, as an import reads them."""
    return pc.binary_join(values, "; ")


def yes_or_no(values: pa.Array, yes: str, no: str) -> pa.Array:
    """Yes or no in words."""
    return pc.if_else(values, pa.scalar(yes), pa.scalar(no))


def plain_number(values: pa.Array) -> pa.Array:
    """Figures with a point and never in powers of ten; money with the decimals of its currency."""
    if pa.types.is_floating(values.type):
        return pc.replace_substring_regex(values.cast(_FRACTION, safe=False).cast(pa.string()), _SUPERFLUOUS, "")
    return values.cast(pa.string())
