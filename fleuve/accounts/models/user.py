"""People who sign in."""

from __future__ import annotations

from typing import ClassVar, Final, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import DoorQuerySet
from fleuve.kernel.ids import new_id
from fleuve.kernel.principal import Principal, may

__all__ = ["User"]


_ROLES: Final = ["owner", "manager", "seller", "agent", "analyst", "reader"]


class UserQuerySet(DoorQuerySet["User"]):
    """Whoever manages users sees all of them; everyone sees themselves."""

    def visible_to(self, principal: Principal) -> Self:
        if may(principal, "manage_users"):
            return self
        is_known = principal.kind == "user" and principal.id.isdigit()
        return self.filter(pk=int(principal.id)) if is_known else self.none()

    def active_owners(self) -> Self:
        """Those without whom nobody could manage the workspace."""
        return self.filter(role=User.Role.OWNER, is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds a user by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        user: User = self.get(email=(username or "").strip().lower())
        return user


class User(AbstractBaseUser):
    """Someone who signs in. The role decides what they may do and whose customers they see and change.

    ``reads`` and ``writes`` replace the role's reach for this one person; blank leaves it to the role.
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MANAGER = "manager", _("Manager")
        SELLER = "seller", _("Seller")
        AGENT = "agent", _("Agent")
        ANALYST = "analyst", _("Analyst")
        READER = "reader", _("Read only")

    class Reach(models.TextChoices):
        NONE = "none", _("Nobody’s")
        OWN = "own", _("Their own")
        TEAM = "team", _("Their teams’")
        ALL = "all", _("Everybody’s")

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the computer")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("E-mail address"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=16, choices=Role.choices, default=Role.READER)
    reads = models.CharField(_("Sees the customers of"), max_length=4, choices=Reach.choices, blank=True)
    writes = models.CharField(_("Changes the customers of"), max_length=4, choices=Reach.choices, blank=True)
    language = models.CharField(_("Language"), max_length=8, default="en")
    theme = models.CharField(_("Appearance"), max_length=8, choices=Theme.choices, default=Theme.AUTO)
    is_compact = models.BooleanField(_("Compact tables"), default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=_ROLES), name="user_role_is_known"),
        ]

    @property
    def principal(self) -> Principal:
        """Who this user is for permissions and for the audit trail, with the rights held now."""
        from fleuve.accounts.models.principals import principal_of

        return principal_of(self)

    def __str__(self) -> str:
        return self.name
