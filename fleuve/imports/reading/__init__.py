"""Reading files as tables: encodings, delimiters, sheets, headers, numbers and dates. Pure: no database, no page."""

from __future__ import annotations

from fleuve.imports.reading.errors import UnreadableFile
from fleuve.imports.reading.layout import Layout, Sheet, look_at, rows_of
from fleuve.imports.reading.limits import LIMITS, Limits
from fleuve.imports.reading.workbooks import Cell

__all__ = ["LIMITS", "Cell", "Layout", "Limits", "Sheet", "UnreadableFile", "look_at", "rows_of"]
