"""The list of bulk edits."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.kernel.principal import Principal
from fleuve.lists.bulk.edits import BulkEdit
from fleuve.lists.bulk.wording import said_edit
from fleuve.lists.models import BulkRun
from fleuve.ui import formatting
from fleuve.ui.tables import Cell, Column, Sort, Table, TableRow, keyset

__all__ = ["run_table"]

_PAGE: Final = 50
_TONES: Final = {"preview": "neutral", "running": "info", "done": "good", "undoing": "info", "undone": "neutral"}


def run_table(principal: Principal, cursor: str, currency: str) -> Table:
    """The latest first."""
    runs = BulkRun.objects.visible_to(principal)
    found = keyset(runs, field="id", sort=Sort("id", descending=True), cursor=cursor, size=_PAGE)
    return Table(
        id="bulk-runs",
        caption=_("Bulk edits, the latest first"),
        columns=(
            Column("edit", _("What"), primary=True),
            Column("state", _("State")),
            Column("parties", _("Customers"), numeric=True),
            Column("changed", _("Changed"), numeric=True),
            Column("by", _("By"), narrow=False),
            Column("at", _("When"), narrow=False),
        ),
        rows=tuple(_row(run, principal, currency or "EUR") for run in found.rows),
        page=found.page,
        empty_title=_("No bulk edit yet"),
        empty_text=_("Tick customers in their list, or filter it, and change them at once."),
        empty_action=_("Customers"),
        empty_url=reverse("workspace:customers"),
    )


def _row(run: BulkRun, principal: Principal, currency: str) -> TableRow:
    state = Cell("", badges=((run.get_state_display(), _TONES[run.state]),))
    is_wish = run.state == BulkRun.State.PREVIEW
    cells = (
        Cell(said_edit(BulkEdit.from_json(run.edit), principal, currency)),
        state,
        "–" if is_wish else formatting.number(run.parties),
        "–" if is_wish else formatting.number(run.changed),
        run.by_label,
        formatting.moment(run.at, organisation().zone),
    )
    return TableRow(str(run.pk), cells, reverse("lists:bulk_run", args=[run.pk]), is_muted=is_wish)
