"""Second factors: what somebody has, and who has any."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from fleuve.accounts.models import Authenticator, Passkey, RecoveryCode, User
from fleuve.accounts.queries.organisation import organisation
from fleuve.kernel.principal import Principal

__all__ = ["Factors", "RoleFactors", "factors_of", "has_factor", "must_have_factor", "role_factors"]


@dataclass(frozen=True)
class Factors:
    """What one person has beside the password. ``pending`` is an app that was begun and never confirmed."""

    app: Authenticator | None
    pending: Authenticator | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def has_any(self) -> bool:
        """Whether they are asked for one when they sign in."""
        return self.app is not None or bool(self.passkeys)


@dataclass(frozen=True)
class RoleFactors:
    """One role: whether it must have a second factor, how many people have one, and who still lacks it."""

    role: str
    label: str
    is_required: bool
    people: int
    lacking: tuple[str, ...]


def factors_of(user: User, principal: Principal) -> Factors:
    """What ``user`` has, for themselves or whoever manages users; three queries."""
    apps = Authenticator.objects.visible_to(principal).filter(user=user)
    app: Authenticator | None = apps.first()
    is_confirmed = app is not None and app.confirmed_at is not None
    codes = RecoveryCode.objects.visible_to(principal).filter(user=user, used_at=None)
    return Factors(
        app=app if is_confirmed else None,
        pending=None if is_confirmed else app,
        passkeys=tuple(Passkey.objects.visible_to(principal).filter(user=user).order_by("created_at")),
        codes_left=codes.count(),
    )


def has_factor(user: User) -> bool:
    """Whether ``user`` is asked for a second factor when they sign in."""
    return _with_factor(User.objects.filter(pk=user.pk)).exists()


def must_have_factor(user: User) -> bool:
    """Whether their role comes in with a second factor only."""
    return user.role in organisation().second_factor_roles


def role_factors(principal: Principal) -> tuple[RoleFactors, ...]:
    """Every role with who lacks a second factor, for whoever manages users."""
    required = organisation().second_factor_roles
    people = list(User.objects.visible_to(principal).filter(is_active=True).order_by("name", "pk"))
    having = set(_with_factor(User.objects.visible_to(principal)).values_list("pk", flat=True))
    count = Counter(user.role for user in people)
    return tuple(
        RoleFactors(
            role=role,
            label=str(label),
            is_required=role in required,
            people=count[role],
            lacking=tuple(user.name for user in people if user.role == role and user.pk not in having),
        )
        for role, label in User.Role.choices
    )


def _with_factor(users: QuerySet[User]) -> QuerySet[User]:
    app = Authenticator.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)
    return users.filter(Q(Exists(app)) | Q(Exists(Passkey.objects.filter(user=OuterRef("pk")))))
