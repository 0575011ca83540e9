"""What pages say of exports: the list of one's own, and how many rows are left today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fleuve.accounts.models import User
from fleuve.accounts.notices import NoticeSubject
from fleuve.accounts.queries import organisation
from fleuve.kernel.principal import Principal, may
from fleuve.lists.exporting.limits import DAY, DEFAULTS, allowance
from fleuve.lists.models import Export, ExportLimit
from fleuve.ui import formatting
from fleuve.ui.tables import Cell, Column, Sort, Table, TableRow, keyset

__all__ = ["allowance_sentence", "export_table", "people_who_export"]

_PAGE: Final = 50


def allowance_sentence(principal: Principal, now: datetime) -> str:
    """“4,800 of 5,000 rows taken in the last 24 hours”; nothing where there is no limit."""
    limit = ExportLimit.objects.filter(role=principal.role).values_list("rows", flat=True)
    most = next(iter(limit), DEFAULTS.get(principal.role, 0))
    if most is None:
        return ""
    taken = Export.objects.filter(user_id=principal.user_id, at__gt=now - DAY).values_list("at", "rows")
    found = allowance(most, list(taken), now)
    told = {"taken": formatting.number(found.taken), "most": formatting.number(most)}
    return _("%(taken)s of the %(most)s rows of 24 hours are taken.") % told


def export_table(principal: Principal, cursor: str, now: datetime) -> Table:
    """One's own exports, the latest first."""
    mine = Export.objects.visible_to(principal)
    found = keyset(mine, field="id", sort=Sort("id", descending=True), cursor=cursor, size=_PAGE)
    names = {"customers": _("Customers"), "to_call_first": _("To call first"), "lines": _("Lines")}
    return Table(
        id="exports",
        caption=_("What you took out, the latest first"),
        columns=(
            Column("what", _("List"), primary=True),
            Column("form", _("File")),
            Column("rows", _("Rows"), numeric=True),
            Column("file", pgettext("file", "Kept"), narrow=False),
            Column("at", _("When"), narrow=False),
        ),
        rows=tuple(_row(one, names, now) for one in found.rows),
        page=found.page,
        empty_title=_("Nothing taken out yet"),
        empty_text=_("Filter the list of customers, choose its columns, then take it out as a file."),
        empty_action=_("Customers"),
        empty_url=reverse("workspace:customers"),
    )


def _row(one: Export, names: Mapping[str, str], now: datetime) -> TableRow:
    zone = organisation().zone
    if one.is_open_at(now):
        kept = _("until %(moment)s") % {"moment": formatting.moment(one.expires_at, zone)}
    else:
        kept = _("being written") if one.asked else formatting.NOTHING
    cells = (
        Cell(names.get(one.subject, one.subject)),
        one.get_form_display(),
        formatting.number(one.rows),
        kept,
        formatting.moment(one.at, zone),
    )
    return TableRow(str(one.pk), cells, reverse("lists:export_page", args=[one.pk]) if one.job_id or one.file else "")


def people_who_export(ids: Sequence[int], principal: Principal) -> Mapping[int, NoticeSubject]:
    """What an owner's notice about exports leads to: the audit trail of exports."""
    if not may(principal, "audit"):
        return {}
    names = User.objects.filter(pk__in=ids).values_list("pk", "name")
    return {pk: NoticeSubject(name, reverse("events:audit")) for pk, name in names}
