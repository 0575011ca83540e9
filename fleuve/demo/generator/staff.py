"""Twenty colleagues in four teams who look after the customers. None of them can sign in: they have no password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from fleuve.accounts.models import Team, TeamMember, User
from fleuve.demo.generator.house import COLLEAGUES, HOUSE, House
from fleuve.demo.generator.tables import Rows
from fleuve.demo.generator.words import WORDS
from fleuve.kernel.search_text import fold

__all__ = ["staff"]

# Not the random suffix that Django adds: the same seed makes the same row.
_NO_PASSWORD: Final = f"{UNUSABLE_PASSWORD_PREFIX}generated"


def staff(house: House) -> Iterator[Rows]:
    """Colleagues in turn: the first of each team leads it as a manager, the others sell."""
    names: list[str] = WORDS["team"]
    places = range(len(COLLEAGUES))
    leads = [place < len(names) for place in places]
    teams = house.recipe.ids(Team._meta.db_table, len(names))
    people = {
        "id": house.users,
        "password": _NO_PASSWORD,
        "email": [house.address_of(name) for name in COLLEAGUES],
        "name": list(COLLEAGUES),
        "role": [User.Role.MANAGER.value if leads[place] else User.Role.SELLER.value for place in places],
        "created_at": house.at,
    }
    yield Rows(User, len(COLLEAGUES), people)
    groups = {"id": teams, "name": names, "name_folded": [fold(name) for name in names], "created_at": house.at}
    yield Rows(Team, len(names), groups)
    members = HOUSE | {
        "id": house.next_ids(TeamMember, len(COLLEAGUES)),
        "team_id": teams[[place % len(names) for place in places]],
        "user_id": house.users,
        "is_lead": leads,
        "from_at": house.at,
    }
    yield Rows(TeamMember, len(COLLEAGUES), members)
