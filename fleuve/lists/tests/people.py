"""The people of the tests of bulk edits and exports: real users, because a job asks for their rights while it runs."""

from __future__ import annotations

from fleuve.accounts.actions import configure_organisation, create_team, create_user, join_team, set_right
from fleuve.accounts.models import User
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.tests.cast import NOW

__all__ = ["people", "person"]


def people() -> dict[str, User]:
    """Alice owns, Max manages and Sam and Sue sell in North, Lee analyses, Ray reads; Sam may edit many and export."""
    configure_organisation(name="Rive droite", currency="EUR", timezone="Europe/Paris", by=SYSTEM, at=NOW)
    team = create_team(name="North", by=SYSTEM, at=NOW)
    roles = {"Alice": "owner", "Max": "manager", "Sam": "seller", "Sue": "seller", "Lee": "analyst", "Ray": "reader"}
    found = {name: person(name, role) for name, role in roles.items()}
    for name in ("Max", "Sam", "Sue"):
        join_team(team=team, user=found[name], by=SYSTEM, at=NOW)
    for verb in ("bulk", "export"):
        set_right(user=found["Sam"], verb=verb, state="given", by=found["Alice"].principal, at=NOW)
    return {name: User.objects.get(pk=user.pk) for name, user in found.items()}


def person(name: str, role: str) -> User:
    """Somebody who may sign in."""
    return create_user(email=f"{name.lower()}@example.org", name=name, role=role, password=None, by=SYSTEM, at=NOW)
