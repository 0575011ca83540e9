"""Take the list to call out, to be worked through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from fleuve.kernel.money import minor_exponent
from fleuve.kernel.principal import Principal, require
from fleuve.lists.actions import reserve_export
from fleuve.ui.sheets import CellValue
from fleuve.value.queries import call_list
from fleuve.value.queries.views import CallList
from fleuve.workspace.rules import number_told

__all__ = ["export_call_list"]

_EVERYONE = 100_000


@dataclass(frozen=True)
class Exported:
    """A header and rows that are made while they are written."""

    header: tuple[str, ...]
    rows: Iterator[tuple[CellValue, ...]]


def export_call_list(*, form: str, by: Principal, at: datetime) -> Exported:
    """Everyone on the list who does not refuse to be called and carries no mark, most at stake first.

    The export and its size are written to the audit trail, and counted against the rows of 24 hours.
    """
    require(by, "export")
    calls = call_list(by, limit=_EVERYONE)
    reserve_export(subject="to_call_first", form=form, rows=len(calls.rows), by=by, at=at)
    money = {"currency": calls.currency}
    header = (
        _("Customer number"),
        _("Name"),
        _("Country"),
        _("Phone"),
        _("E-mail"),
        _("Why"),
        _("Usual gap in days"),
        _("Days of silence"),
        _("Last purchase"),
        _("Revenue, 12 months (%(currency)s)") % money,
        _("Revenue, the 12 months before (%(currency)s)") % money,
        _("Money at stake (%(currency)s)") % money,
        _("What they stopped buying"),
        _("Simulated"),
    )
    return Exported(header, _rows(calls))


def _rows(calls: CallList) -> Iterator[tuple[CellValue, ...]]:
    exponent = minor_exponent(calls.currency)
    for row in calls.rows:
        before = row.revenue_12_before
        yield (
            number_told(row.customer_number, may_email=row.may_email),
            row.name,
            row.country,
            row.phone if row.may_phone else "",
            row.email if row.may_email else "",
            row.reason,
            round(row.usual_gap_days),
            row.silent_days,
            row.last_on,
            Decimal(row.revenue_12).scaleb(-exponent),
            None if before is None else Decimal(before).scaleb(-exponent),
            Decimal(row.at_stake).scaleb(-exponent),
            ", ".join(product.name for product in row.stopped),
            _("yes") if row.is_simulated else _("no"),
        )
