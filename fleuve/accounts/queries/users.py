"""Who may sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from fleuve.accounts.models import OneTimeLink, User
from fleuve.kernel.principal import Principal

__all__ = ["UsersPage", "has_owner", "users_page"]


@dataclass(frozen=True)
class UsersPage:
    """Who may sign in, and who was invited and has not come yet."""

    users: tuple[User, ...]
    invitations: tuple[OneTimeLink, ...]
    active: int
    active_owners: int


def has_owner() -> bool:
    """Whether first start is over: someone owns the workspace, or did."""
    used = Q(purpose=OneTimeLink.Purpose.FIRST_OWNER, used_at__isnull=False)
    return User.objects.filter(role=User.Role.OWNER).exists() or OneTimeLink.objects.filter(used).exists()


def users_page(principal: Principal, at: datetime) -> UsersPage:
    """Everyone with access, owners first, and the open invitations."""
    users = tuple(User.objects.visible_to(principal).order_by("-is_active", "role", "name", "id"))
    invitations = OneTimeLink.objects.visible_to(principal).open_at(at).filter(purpose=OneTimeLink.Purpose.INVITATION)
    return UsersPage(
        users=users,
        invitations=tuple(invitations.order_by("-issued_at")),
        active=sum(one.is_active for one in users),
        active_owners=sum(one.is_active and one.role == User.Role.OWNER for one in users),
    )
