"""Twenty colleagues who look after the customers. None of them can sign in: they have no password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from fleuve.accounts.models import User
from fleuve.demo.generator.house import COLLEAGUES, House
from fleuve.demo.generator.tables import Rows

__all__ = ["staff"]

# Not the random suffix that Django adds: the same seed makes the same row.
_NO_PASSWORD: Final = f"{UNUSABLE_PASSWORD_PREFIX}generated"


def staff(house: House) -> Iterator[Rows]:
    """The colleagues."""
    told = {
        "id": house.users,
        "password": _NO_PASSWORD,
        "email": [house.address_of(name) for name in COLLEAGUES],
        "name": list(COLLEAGUES),
        "role": User.Role.READER.value,
        "created_at": house.at,
    }
    yield Rows(User, len(COLLEAGUES), told)
