"""The list of imports, the dry run, the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.accounts.queries import organisation
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.models import Import, ImportFault
from fleuve.imports.planning import ruled_fields_of
from fleuve.imports.reading import Layout
from fleuve.imports.wording import MATCH_LABELS, SHAPE_LABELS, column_label, fault_sentence, sentence
from fleuve.kernel.principal import Principal
from fleuve.ui.formatting import day, moment, money, number
from fleuve.ui.tables import Cell, Column, Sort, Table, TableRow, keyset

__all__ = [
    "EffectLine",
    "Effects",
    "FaultLine",
    "effects_of",
    "fault_lines",
    "import_list",
    "is_foreign",
    "layout_facts",
    "problem_of",
    "result_facts",
    "totals_of",
]

_TONES = {
    "imported": "good",
    "failed": "bad",
    "unreadable": "bad",
    "running": "info",
    "queued": "info",
    "undoing": "info",
}
_PAGE = 50


@dataclass(frozen=True)
class FaultLine:
    """A fault as a person reads it."""

    row: str
    column: str
    text: str
    is_aside: bool


def import_list(principal: Principal, cursor: str) -> Table:
    """All imports, the latest first."""
    columns = (
        Column("file", _("File"), primary=True),
        Column("source", _("Source")),
        Column("state", _("State")),
        Column("rows", _("Rows"), numeric=True),
        Column("at", _("Received")),
    )
    sort = Sort("received_at", descending=True)
    queryset = Import.objects.visible_to(principal).select_related("source")
    slice_ = keyset(queryset, field="received_at", sort=sort, cursor=cursor, size=_PAGE)
    zone = organisation().zone
    rows = tuple(_list_row(row, moment(row.received_at, zone)) for row in slice_.rows)
    return Table(
        id="imports",
        caption=_("Imports, the latest first"),
        columns=columns,
        rows=rows,
        page=slice_.page,
        empty_title=_("No file yet"),
        empty_text=_("Bring the list of orders or invoices that your shop or accounting program exports."),
        empty_action=_("Bring a file"),
        empty_url=reverse("imports:upload"),
    )


def _list_row(row: Import, received: str) -> TableRow:
    rows = (row.result or row.check_result or {}).get("rows")
    state = Cell("", badges=((row.get_state_display(), _TONES.get(row.state, "neutral")),))
    source = row.source.name if row.source else "–"
    cells = (Cell(row.file_name), source, state, number(rows) if rows is not None else "–", received)
    return TableRow(id=str(row.pk), url=reverse("imports:detail", args=[row.pk]), cells=cells)


def is_foreign(row: Import) -> bool:
    """Whether nothing of a purchase or a customer was recognised: a file of another kind, most likely."""
    mapping = Mapping.from_json(row.mapping or {"fields": []})
    missing = mapping.missing()
    return len(missing) > 1 or (bool(missing) and not mapping.has_purchases)


def problem_of(row: Import) -> str:
    """Why the file cannot be read, blank if it can."""
    return sentence(row.problem["code"], row.problem["values"]) if row.problem else ""


def layout_facts(row: Import) -> list[tuple[str, ...]]:
    """How the file was read."""
    layout = Layout.from_json(row.layout or {})
    facts: list[tuple[str, ...]] = []
    if layout.kind == "workbook":
        facts.append((_("Sheet"), layout.sheet))
    else:
        note = "" if layout.encoding_is_sure else _("our best guess: check the accents in the examples")
        signs = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar")}
        facts.append((_("Characters"), layout.encoding.upper().replace("-SIG", ""), note))
        facts.append((_("Separator"), signs.get(layout.delimiter, layout.delimiter)))
    rows = ", ".join(number(position) for position in layout.header_rows) or _("none")
    facts.append((_("Names of columns in row"), rows))
    facts.append((_("Rows below"), number((row.check_result or {}).get("rows", 0))))
    return facts


def totals_of(row: Import) -> dict[str, Any]:
    """The counts of the dry run, prepared for the page."""
    told = row.check_result or {}
    currency = told.get("currency", "")
    shape = Mapping.from_json(row.mapping or {"fields": []}).shape
    return {
        "rows": number(told.get("rows", 0)),
        "lines": number(told.get("lines", 0)),
        "orders": number(told.get("orders", 0)),
        "customers": number(told.get("customers", 0)),
        "products": number(told.get("products", 0)),
        "revenue": money(told.get("amount", 0), currency) if currency else "–",
        "credits": money(told.get("credits", 0), currency) if told.get("credits") else "",
        "period": _period(told),
        "totals": told.get("totals", 0),
        "set_aside": told.get("set_aside", 0),
        "without_customer": told.get("without_customer", 0),
        "shape": str(SHAPE_LABELS[shape]),
        "interactions": number(told.get("interactions", 0)),
        "has_purchases": shape in ("line", "order"),
        "has_interactions": shape == "interaction",
        "has_products": shape == "product",
        "is_empty": not any(told.get(name) for name in ("lines", "customers", "interactions", "products")),
    }


@dataclass(frozen=True)
class EffectLine:
    """What becomes of the values of one column."""

    label: str
    counts: tuple[str, ...]


@dataclass(frozen=True)
class Effects:
    """What an import would do to what is there."""

    facts: tuple[tuple[str, str], ...]
    lines: tuple[EffectLine, ...]
    may_rule: bool


_OUTCOMES = ("filled", "updated", "won", "below", "left")


def effects_of(row: Import) -> Effects:
    """The effects that the check counted, in words."""
    told = (row.check_result or {}).get("effects", {})
    is_catalogue = Mapping.from_json(row.mapping or {"fields": []}).shape == "product"
    names = (
        ("new", _("New products") if is_catalogue else _("New customers")),
        ("there", _("There already")),
        ("changed", _("Of which changed")),
        ("ambiguous", _("May be several customers: to be decided")),
        ("left_out", _("Not there, left out")),
    )
    facts = [(str(label), number(told[name])) for name, label in names if told.get(name)]
    for key, count in told.get("matched", {}).items():
        label = _("Recognised by: %(key)s") % {"key": MATCH_LABELS.get(key, key)}
        facts.append((label, number(count)))
    lines = tuple(
        EffectLine(column_label(name), tuple(number(counts.get(outcome, 0)) for outcome in _OUTCOMES))
        for name, counts in sorted(told.get("columns", {}).items())
    )
    return Effects(tuple(facts), lines, bool(ruled_fields_of(row)) and row.source_id is not None)


def _period(told: dict[str, Any]) -> str:
    if not told.get("first_day"):
        return "–"
    first, last = date.fromisoformat(told["first_day"]), date.fromisoformat(told["last_day"])
    return _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}


def result_facts(row: Import) -> list[tuple[str, str]]:
    """What an import wrote."""
    told = row.result or {}
    names = (
        ("rows", _("Rows read")),
        ("lines_created", _("Lines added")),
        ("lines_changed", _("Lines changed")),
        ("purchases_created", _("Orders added")),
        ("parties_created", _("Customers added")),
        ("parties_changed", _("Customers changed")),
        ("parties_matched", _("Customers recognised")),
        ("matches_open", _("Customers who may be several")),
        ("interactions", _("Points of contact added")),
        ("values_won", _("Values that people had typed, replaced")),
        ("values_below", _("Values below what people typed")),
        ("values_left", _("Values left alone by their rule")),
        ("products_created", _("Products added")),
        ("products_changed", _("Products changed")),
        ("contact_details", _("Contact details added")),
        ("contact_faults", _("Contact details that do not work")),
        ("refusals", _("Refusals to be contacted")),
        ("totals", _("Rows of totals, not counted")),
        ("set_aside", _("Rows set aside")),
    )
    purchases = Mapping.from_json(row.mapping or {"fields": []}).has_purchases
    always = ("rows", "lines_created", "set_aside") if purchases else ("rows", "set_aside")
    return [(label, number(told.get(name, 0))) for name, label in names if told.get(name) or name in always]


def fault_lines(row: Import, *, is_check: bool, limit: int = 100) -> list[FaultLine]:
    """The first faults, in words."""
    columns = [column["name"] for column in row.columns]
    faults = ImportFault.objects.filter(of_import=row, is_check=is_check).order_by("row", "column")[:limit]
    return [
        FaultLine(
            row=number(fault.row),
            column=columns[fault.column]
            if fault.column is not None and fault.column < len(columns)
            else _("whole row"),
            text=fault_sentence(fault.code, fault.value),
            is_aside=fault.sets_aside,
        )
        for fault in faults
    ]


def faults_title(count: int) -> str:
    """The heading above the faults."""
    return ngettext("%(count)s row cannot be imported", "%(count)s rows cannot be imported", count) % {
        "count": number(count)
    }
