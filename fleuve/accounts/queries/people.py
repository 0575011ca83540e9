"""Colleagues as everybody knows them, and who of them sees what: for choosing an owner, a mention, a task's person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fleuve.accounts.models import User, principals_of
from fleuve.kernel.principal import Principal, may

__all__ = ["Colleague", "colleagues", "names_of", "principal_of_user", "who_sees"]


@dataclass(frozen=True)
class Colleague:
    """Somebody who works here: what everybody may know of them."""

    user_id: int
    name: str
    role: str
    is_active: bool = True


def colleagues(principal: Principal, *, with_closed: bool = False) -> tuple[Colleague, ...]:
    """Everybody who may sign in, by name; nobody for strangers. Closed ones too when asked."""
    if not may(principal, "read"):
        return ()
    users = User.objects.all() if with_closed else User.objects.filter(is_active=True)
    rows = users.order_by("name", "pk").values_list("pk", "name", "role", "is_active")
    return tuple(Colleague(*row) for row in rows)


def names_of(user_ids: Iterable[int]) -> Mapping[int, str]:
    """The names of users, closed ones too, in one query."""
    wanted = set(user_ids)
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def principal_of_user(user_id: int) -> Principal | None:
    """Somebody as they are now, with all their rights; nothing when there is no such user."""
    user = User.objects.filter(pk=user_id).first()
    return user.principal if user else None


def who_sees(owner_id: int | None, user_ids: Iterable[int]) -> frozenset[int]:
    """Those of ``user_ids`` who see a customer of that owner (of nobody, for ``None``). Two queries."""
    users = User.objects.filter(pk__in=set(user_ids), is_active=True)
    return frozenset(
        user_id for user_id, one in principals_of(users).items() if one.is_within(one.read_reach, owner_id)
    )
