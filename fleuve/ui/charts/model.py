"""What a chart is: a finding, a drawing and the table that says the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from fleuve.ui.formatting import number

__all__ = ["Chart", "ChartTable", "LegendItem", "Show", "Text"]

Text = str | Promise
Show = Callable[[Any], str]


@dataclass(frozen=True)
class ChartTable:
    """The figures of a chart in rows; the first column names the row, ``links`` lead from it to a list."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    links: tuple[str, ...] = ()

    @property
    def linked_rows(self) -> list[tuple[tuple[Text, ...], str]]:
        """Each row beside where it leads."""
        links = self.links or ("",) * len(self.rows)
        return list(zip(self.rows, links, strict=True))


@dataclass(frozen=True)
class LegendItem:
    """A key: its words, its colour class and its shape (``area`` or ``line``)."""

    label: Text
    tone: str
    shape: str = "area"


@dataclass(frozen=True)
class Chart:
    """A chart ready for ``{% chart %}``. ``title`` is the finding; the drawing has no figure that the table lacks."""

    kind: str
    title: Text
    body: SafeString
    table: ChartTable
    unit: Text = ""
    source: Text = ""
    as_of: Text = ""
    note: Text = ""
    simulated: bool = False
    legend: tuple[LegendItem, ...] = ()
    has_drawing: bool = True


@dataclass(frozen=True)
class Words:
    """What every chart function takes beside its figures."""

    title: Text
    unit: Text = ""
    source: Text = ""
    as_of: Text = ""
    note: Text = ""
    simulated: bool = False
    show: Show = field(default=number)

    def chart(
        self,
        kind: str,
        body: SafeString,
        table: ChartTable,
        legend: tuple[LegendItem, ...] = (),
        *,
        has_drawing: bool = True,
    ) -> Chart:
        """The finished chart of these words."""
        return Chart(
            kind=kind,
            title=self.title,
            body=body,
            table=table,
            unit=self.unit,
            source=self.source,
            as_of=self.as_of,
            note=self.note,
            simulated=self.simulated,
            legend=legend,
            has_drawing=has_drawing,
        )
