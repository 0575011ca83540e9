"""What a user may do now: role, reach, grants, colleagues and field rules, read together.

Read with the tables, below every query, because each request and each job begins with it: one query for one user, none
for owners (who may do everything) and for closed users (who may do nothing).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import BigIntegerField, Case, CharField, F, Value, When
from django.db.models.functions import Cast

from fleuve.accounts.models.rights import FieldRule, Grant
from fleuve.accounts.models.team import TeamMember
from fleuve.accounts.models.user import User
from fleuve.kernel.principal import GRANTABLE, Principal, Reach

__all__ = ["principal_of", "principals_of"]

_TEXT = CharField()


@dataclass
class _Rights:
    grants: set[str] = field(default_factory=set)
    denials: set[str] = field(default_factory=set)
    colleagues: set[int] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)

    def add(self, what: str, word: str, number: int) -> None:
        if what == "colleague":
            self.colleagues.add(number)
            return
        {"grant": self.grants, "denial": self.denials, "hidden": self.hidden, "read": self.fixed}[what].add(word)


def principal_of(user: User) -> Principal:
    """This user with the rights held now, in one query at most."""
    return principals_of([user])[user.pk]


def principals_of(users: Iterable[User]) -> Mapping[int, Principal]:
    """Several users with their rights, by number, in one query."""
    everybody = list(users)
    ruled = {user.pk for user in everybody if user.is_active and user.role != User.Role.OWNER}
    roles = {user.role for user in everybody if user.pk in ruled}
    rights: dict[int | str, _Rights] = defaultdict(_Rights)
    if ruled:
        for holder, role, what, word, number in _rows(ruled, roles):
            rights[role or holder].add(what, word, number)
    return {user.pk: _principal(user, rights[user.pk], rights[user.role]) for user in everybody}


def _principal(user: User, own: _Rights, of_role: _Rights) -> Principal:
    if not user.is_active or user.role == User.Role.OWNER:
        return Principal("user", str(user.pk), user.name, user.role if user.is_active else "none")
    return Principal(
        "user",
        str(user.pk),
        user.name,
        user.role,
        # What was given beside an earlier role counts only where it can be given beside this one.
        grants=frozenset(own.grants) & GRANTABLE[user.role],
        denials=frozenset(own.denials),
        reads=cast("Reach", user.reads) or None,
        writes=cast("Reach", user.writes) or None,
        colleagues=frozenset({user.pk, *own.colleagues}),
        hidden=frozenset(of_role.hidden),
        fixed=frozenset(of_role.fixed),
    )


def _rows(users: set[int], roles: set[str]) -> Iterable[tuple[int, str, str, str, int]]:
    """``(user, role, what, word, number)``: rules are of a role, the others of a user."""
    mates = TeamMember.objects.now().filter(team__members__user__in=users, team__members__until_at=None)
    grants = Grant.objects.filter(user__in=users, until_at=None)
    rules = FieldRule.objects.filter(role__in=roles)
    kind = Case(When(is_denial=True, then=Value("denial")), default=Value("grant"), output_field=_TEXT)
    rows: Iterable[tuple[int, str, str, str, int]] = _columns(
        mates, F("team__members__user_id"), _text(""), _text("colleague"), _text(""), F("user_id")
    ).union(
        _columns(grants, F("user_id"), _text(""), kind, F("verb"), _zero()),
        _columns(rules, _zero(), F("role"), F("may"), F("attribute"), _zero()),
        all=True,
    )
    return rows


def _columns(rows: Any, holder: Any, role: Any, what: Any, word: Any, number: Any) -> Any:
    # Names of their own and one type a column: what a union takes from every table in the same order.
    named = rows.order_by().annotate(
        r_holder=Cast(holder, BigIntegerField()),
        r_role=Cast(role, _TEXT),
        r_what=Cast(what, _TEXT),
        r_word=Cast(word, _TEXT),
        r_number=Cast(number, BigIntegerField()),
    )
    return named.values_list("r_holder", "r_role", "r_what", "r_word", "r_number")


def _text(value: str) -> Value:
    return Value(value, output_field=_TEXT)


def _zero() -> Value:
    return Value(0, output_field=BigIntegerField())
