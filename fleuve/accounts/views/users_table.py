"""The table of users as drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.accounts.models import Team, User
from fleuve.accounts.queries import UsersPage
from fleuve.kernel.principal import Principal
from fleuve.ui.tables import Cell, Column, Table, TableRow

__all__ = ["users_table"]


def users_table(page: UsersPage, teams: Mapping[int, Sequence[Team]], principal: Principal) -> Table:
    """One row per person with access or who had it; the name leads to what can be changed."""
    columns = (
        Column("name", _("Name"), primary=True),
        Column("email", _("E-mail address"), narrow=False),
        Column("role", _("Role")),
        Column("teams", _("Teams"), narrow=False),
        Column("access", _("Access")),
    )
    rows = tuple(_row(user, teams.get(user.pk, ()), principal) for user in page.users)
    return Table(id="users", caption=_("Users"), columns=columns, rows=rows)


def _row(user: User, teams: Sequence[Team], principal: Principal) -> TableRow:
    url = reverse("accounts:user", args=[user.pk])
    note = _("you") if principal.id == str(user.pk) else ""
    badge = (_("May sign in"), "good") if user.is_active else (_("Closed"), "neutral")
    names = ", ".join(team.name for team in teams)
    cells = (Cell(user.name, note=note, url=url), user.email, user.get_role_display(), names, Cell(badges=(badge,)))
    return TableRow(id=str(user.pk), cells=cells, url=url, is_muted=not user.is_active)
