"""Invented customers, moments and pieces of work for the living page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fleuve.ui import formatting
from fleuve.ui.charts import spark
from fleuve.ui.tables import BulkAction, Cell, Chip, Column, Page, Sort, Table, TableRow
from fleuve.ui.timeline import Moment

__all__ = ["ExampleJob", "customers", "moments", "nobody", "progress_states"]

_PEOPLE = (
    ("Atelier Brunel", "Lyon", 12_480_00, (9_800_00, 15_900_00), 18, 81, (3, 5, 4, 6, 8, 7, 9, 4)),
    ("Whitlock & Daughters", "Leeds", 8_215_50, (6_400_00, 10_300_00), 34, 37, (4, 4, 5, 4, 6, 5, 5, 6)),
    ("Ines Marchetti", "Torino", 1_904_20, (900_00, 3_100_00), 52, 12, (1, 0, 2, 1, 3, 2, 4, 5)),
    (
        "Société Générale de Cadeaux d’Entreprise",
        "Bruxelles",
        940_00,
        (310_00, 1_800_00),
        90,
        203,
        (6, 5, 5, 3, 2, 1, 1, 0),
    ),
    ("Oluwaseun Adeyemi", "Manchester", 212_90, (60_00, 420_00), 61, 64, (0, 1, 0, 1, 1, 0, 1, 1)),
)


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", _("Customer"), primary=True, sortable=True),
        Column("run", _("12 months"), narrow=False),
        Column("worth", _("Value"), numeric=True, sortable=True, hint=_("Margin expected in the next 12 months")),
        Column("gap", _("Usual gap"), numeric=True, narrow=False),
        Column("silence", _("Silence"), numeric=True, sortable=True),
    )


def customers(scheme: str) -> Table:
    """Rows, an order, filters, actions and a next page."""
    rows = []
    for number, (name, place, worth, (low, high), gap, silence, run) in enumerate(_PEOPLE):
        is_late = silence > 2 * gap
        badges = ((_("slipping"), "warn"),) if is_late else ()
        cells = (
            Cell(name, note=place, badges=badges),
            Cell(html=SafeString(spark(run))),
            Cell(formatting.money(worth, "GBP", 0), note=formatting.money_interval(low, high, "GBP")),
            formatting.days(gap),
            Cell(formatting.days(silence), tone="warn" if is_late else ""),
        )
        rows.append(TableRow(str(number), cells, url="#table"))
    return Table(
        id=f"customers-{scheme}",
        caption=_("Customers by value"),
        columns=_columns(),
        rows=rows,
        sort=Sort("worth", descending=True),
        page=Page(previous="", next="n", size=5),
        total=_("5 of 4,338 customers"),
        chips=(Chip(_("Country: United Kingdom"), "#table"), Chip(_("Bought in the last year"), "#table")),
        clear_url="#table",
        bulk=(
            BulkAction(_("Mark as called"), "#table", icon="phone"),
            BulkAction(_("Export"), "#table", icon="download"),
        ),
        export_url="#table",
    )


def nobody(scheme: str) -> Table:
    """A table without rows says what to do first."""
    return Table(
        id=f"nobody-{scheme}",
        caption=_("Customers"),
        columns=_columns(),
        rows=(),
        empty_title=_("No customers yet"),
        empty_text=_("Bring in a file of purchases: one line per item sold is enough."),
        empty_action=_("Import a file"),
        empty_url="#table",
    )


def moments() -> list[Moment]:
    """A short history over two months."""
    return [
        Moment(
            datetime(2011, 12, 9, 10, 21, tzinfo=UTC),
            _("Bought 12 items"),
            _("Regency cake stand, party bunting, and 10 more"),
            icon="shopping-bag",
            amount=formatting.money(418_20, "GBP"),
        ),
        Moment(
            datetime(2011, 12, 2, 15, 4, tzinfo=UTC),
            _("Called"),
            _("Wants the spring list early"),
            icon="phone",
            tone="good",
            who="Alice",
        ),
        Moment(
            datetime(2011, 11, 21, 8, 45, tzinfo=UTC),
            _("Returned 2 items"),
            icon="undo-2",
            tone="warn",
            amount=formatting.money(-23_80, "GBP"),
        ),
        Moment(
            datetime(2011, 11, 3, 17, 30, tzinfo=UTC),
            _("Refused e-mail"),
            icon="shield-off",
            tone="bad",
            is_simulated=True,
        ),
    ]


@dataclass(frozen=True)
class ExampleJob:
    """As long work is seen by its progress card."""

    id: str
    name: str
    state: str
    step: str = ""
    done: int = 0
    total: int | None = None
    rate: float | None = None
    seconds_left: float | None = None
    error: str = ""
    can_cancel: bool = False


def progress_states(scheme: str) -> list[ExampleJob]:
    """Every state of long work."""
    name = _("Import purchases.csv")
    return [
        ExampleJob(f"{scheme}-queued", name, "queued"),
        ExampleJob(f"{scheme}-running", name, "running", _("Reading rows"), 201_400, 541_909, 18_320, 19),
        ExampleJob(f"{scheme}-succeeded", name, "succeeded", "", 541_909, 541_909),
        ExampleJob(
            f"{scheme}-failed", name, "failed", error=_("The disk is full. Free some space and start it again.")
        ),
        ExampleJob(f"{scheme}-cancelled", name, "cancelled", "", 88_000, 541_909),
    ]
