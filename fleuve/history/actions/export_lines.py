"""Take the lines behind a number out as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from fleuve.accounts.leaving import count_export
from fleuve.history.queries.lines import LineFilter, StateLine, count_lines, stream_lines
from fleuve.history.words import kind_label, state_label
from fleuve.kernel.principal import Principal, require
from fleuve.ui.sheets import safe_cell

__all__ = ["export_lines"]


def export_lines(*, wanted: LineFilter, by: Principal, at: datetime, exponent: int = 2) -> Iterator[bytes]:
    """CSV of all lines of the filter, in pieces, after they were counted. ``exponent``: decimals of the money."""
    require(by, "export")
    rows, _amount = count_lines(wanted)
    count_export(subject="lines", form="csv", rows=rows, filter_digest=_digest(wanted), by=by, at=at)
    return _pieces(wanted, exponent)


def _digest(wanted: LineFilter) -> str:
    return sha256(repr(astuple(wanted)).encode()).hexdigest()


def _pieces(wanted: LineFilter, exponent: int) -> Iterator[bytes]:
    # The mark at the start makes spreadsheets read UTF-8.
    yield "\ufeff".encode() + _csv([_header()])
    for batch in stream_lines(wanted):
        yield _csv([_row(line, exponent) for line in batch])


def _header() -> list[str]:
    return [
        _("Document"),
        _("Day"),
        _("Customer number"),
        _("Product code"),
        _("Product"),
        _("Quantity"),
        _("Amount as told"),
        _("Amount that counts"),
        _("What became of it"),
        _("Kind"),
        _("Row in the file"),
    ]


def _row(line: StateLine, exponent: int) -> list[str]:
    texts = (line.number, line.day.isoformat(), line.customer, line.product_code, line.product_name)
    return [
        *(str(safe_cell(text)) for text in texts),
        f"{line.quantity_e3 / 1000:g}",
        f"{line.amount / 10**exponent:.{exponent}f}",
        f"{line.counted / 10**exponent:.{exponent}f}",
        str(state_label(line.state)),
        str(kind_label(line.kind)),
        str(line.import_row or ""),
    ]


def _csv(rows: list[list[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()
