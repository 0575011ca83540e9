"""The cast of parties as people who sign in, so that they can be mentioned and given work."""

from __future__ import annotations

from fleuve.accounts.models import User
from fleuve.kernel.principal import Principal
from fleuve.parties.tests.cast import ALICE, CLEO, MAX, NOW, RAY, SAM, SUE

__all__ = ["everybody", "signs_in"]


def signs_in(one: Principal) -> User:
    """The user behind a principal of the cast; only owners see all of a house without teams here."""
    user: User
    user, _ = User.objects.get_or_create(
        pk=int(one.id),
        defaults={"email": f"{one.id}@example.org", "name": one.label, "role": one.role, "created_at": NOW},
    )
    return user


def everybody() -> None:
    """All of them sign in."""
    for one in (ALICE, SAM, SUE, CLEO, MAX, RAY):
        signs_in(one)
