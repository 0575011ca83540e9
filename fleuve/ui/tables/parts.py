"""The parts of a data table: plain frozen values that a template draws without deciding anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString

__all__ = ["BulkAction", "Cell", "Chip", "Column", "Page", "Sort", "Tab", "Table", "TableRow"]

Text = str | Promise


@dataclass(frozen=True)
class Column:
    """A column. ``primary`` names the row; ``numeric`` aligns figures right; ``narrow=False`` hides on a phone."""

    key: str
    label: Text
    numeric: bool = False
    sortable: bool = False
    primary: bool = False
    hint: Text = ""
    narrow: bool = True


@dataclass(frozen=True)
class Cell:
    """One cell: the figure, a quiet note beside it (an interval, a place), a link, a tone, or prepared safe HTML."""

    text: Text = ""
    note: Text = ""
    url: str = ""
    tone: str = ""
    html: SafeString | None = None
    badges: tuple[tuple[Text, str], ...] = ()


@dataclass(frozen=True)
class TableRow:
    """One row; ``url`` is where ``Enter`` and a click on the primary cell go."""

    id: str
    cells: tuple[Cell | Text, ...]
    url: str = ""
    is_muted: bool = False


@dataclass(frozen=True)
class Sort:
    """The column that orders the rows and its direction; ``"-worth"`` is worth, greatest first."""

    key: str
    descending: bool = False

    @classmethod
    def parse(cls, text: str | None, columns: Sequence[Column], default: str) -> Sort:
        """The asked order when its column may sort, else the default."""
        allowed = {column.key for column in columns if column.sortable}
        chosen = text if text and text.removeprefix("-") in allowed else default
        return cls(chosen.removeprefix("-"), chosen.startswith("-"))

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return ("-" if self.descending else "") + self.key


@dataclass(frozen=True)
class Page:
    """Cursors of the neighbouring pages; empty where there is none."""

    previous: str = ""
    next: str = ""
    size: int = 0
    parameter: str = "at"


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: Text
    remove_url: str


@dataclass(frozen=True)
class BulkAction:
    """Something done to the chosen rows: ``ids`` are posted to ``url``, which shows a preview first."""

    label: Text
    url: str
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Tab:
    """One tab."""

    key: str
    label: Text
    url: str
    count: Text = ""


@dataclass(frozen=True)
class Heading:
    """A column heading as drawn: its cell class, its ``aria-sort`` and the order that a click asks for."""

    column: Column
    aria_sort: str
    next_sort: str


@dataclass(frozen=True)
class Table:
    """A whole table. ``total`` is words (``"4,338 customers"``): counting is the query's business.

    ``total_row`` stands under the rows and sums them up.
    """

    id: str
    caption: Text
    columns: tuple[Column, ...]
    rows: Sequence[TableRow]
    sort: Sort | None = None
    page: Page = Page()
    total: Text = ""
    chips: Sequence[Chip] = ()
    clear_url: str = ""
    bulk: Sequence[BulkAction] = ()
    export_url: str = ""
    empty_title: Text = ""
    empty_text: Text = ""
    empty_action: Text = ""
    empty_url: str = ""
    density: str = ""
    is_caption_shown: bool = False
    total_row: TableRow | None = None

    @property
    def headings(self) -> list[Heading]:
        """The columns with their order of sorting."""
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: Column) -> Heading:
        if not (self.sort and column.sortable):
            return Heading(column, "", "")
        if self.sort.key != column.key:
            # Figures are wanted greatest first, names from A.
            return Heading(column, "none", ("-" if column.numeric else "") + column.key)
        direction = "descending" if self.sort.descending else "ascending"
        return Heading(column, direction, column.key if self.sort.descending else "-" + column.key)
