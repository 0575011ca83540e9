"""The data table: what a page hands to ``{% data_table %}``, and paging by key."""

from __future__ import annotations

from fleuve.ui.tables.keyset import Cursor, KeysetSlice, keyset
from fleuve.ui.tables.parts import BulkAction, Cell, Chip, Column, Page, Sort, Tab, Table, TableRow

__all__ = [
    "BulkAction",
    "Cell",
    "Chip",
    "Column",
    "Cursor",
    "KeysetSlice",
    "Page",
    "Sort",
    "Tab",
    "Table",
    "TableRow",
    "keyset",
]
