"""Make, rename, remove and restore teams. What a team sees follows from who is in it; no customer is written."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fleuve.accounts.errors import TeamNameTaken
from fleuve.accounts.models import Team
from fleuve.events import record
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.kernel.search_text import fold

__all__ = ["create_team", "remove_team", "rename_team", "restore_team"]


def create_team(*, name: str, by: Principal, at: datetime) -> Team:
    """A new team, empty. Raises ``TeamNameTaken``."""
    require(by, "manage_users")
    team = Team(name=name.strip(), name_folded=fold(name), created_at=at)
    try:
        with transaction.atomic():
            team.save(force_insert=True)
            record("accounts.team_created", by=by, at=at, subject=("team", team.pk), values={"name": [None, team.name]})
    except IntegrityError as error:
        raise _taken(name) from error
    return team


def rename_team(*, team: Team, name: str, version: int, by: Principal, at: datetime) -> None:
    """Give another name, to the team as it was opened. Raises ``TeamNameTaken`` and ``EditedMeanwhile``."""
    require(by, "manage_users")
    given = {"name": name.strip(), "name_folded": fold(name), "version": F("version") + 1}
    try:
        with transaction.atomic():
            if not Team.objects.filter(pk=team.pk, version=version).update(**given):
                stored = Team.objects.get(pk=team.pk)
                sentence = _("Someone renamed this team to “%(name)s” meanwhile. Look at it, then save again.")
                raise EditedMeanwhile(
                    sentence % {"name": stored.name}, version=stored.version, theirs={"name": stored.name}
                )
            names = {"name": [team.name, name.strip()]}
            data = {"change": "name"}
            record("accounts.team_changed", by=by, at=at, subject=("team", team.pk), data=data, values=names)
    except IntegrityError as error:
        raise _taken(name) from error
    team.refresh_from_db()


def remove_team(*, team: Team, by: Principal, at: datetime) -> None:
    """Put a team into the trash: its people no longer see each other's customers through it."""
    require(by, "manage_users")
    with transaction.atomic():
        if Team.objects.filter(pk=team.pk, removed_at=None).update(removed_at=at, removed_by_label=by.label):
            record("accounts.team_removed", by=by, at=at, subject=("team", team.pk))


def restore_team(*, team: Team, by: Principal, at: datetime) -> None:
    """Bring a team back with the people whom it had. Raises ``TeamNameTaken``."""
    require(by, "manage_users")
    try:
        with transaction.atomic():
            removed = Team.objects.filter(pk=team.pk).exclude(removed_at=None)
            if removed.update(removed_at=None, removed_by_label=""):
                record("accounts.team_restored", by=by, at=at, subject=("team", team.pk))
    except IntegrityError as error:
        raise _taken(team.name) from error


def _taken(name: str) -> TeamNameTaken:
    return TeamNameTaken(_("There is another team “%(name)s”. Choose another name, or rename it.") % {"name": name})
