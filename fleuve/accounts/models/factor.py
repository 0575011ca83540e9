"""What proves who somebody is beside the password: an authenticator app, passkeys, and recovery codes for bad days."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

from fleuve.accounts.models.user import User
from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may

__all__ = ["Authenticator", "Passkey", "RecoveryCode"]


M = TypeVar("M", bound=models.Model, covariant=True)


class FactorQuerySet(DoorQuerySet[M]):
    """Everybody sees their own; whoever manages users sees who has which."""

    def visible_to(self, principal: Principal) -> Self:
        if may(principal, "manage_users"):
            return self
        return self.none() if principal.user_id is None else self.filter(user_id=principal.user_id)


class AuthenticatorQuerySet(FactorQuerySet["Authenticator"]):
    """Seen like every factor."""


class Authenticator(Row):
    """An app that shows a new code every half minute. One a person; it counts once a code of it was typed.

    ``last_step`` is the latest half minute whose code was taken: a code is taken once, and no earlier one after it.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="authenticator")
    secret = models.BinaryField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = AuthenticatorQuerySet.as_manager()  # type: ignore[misc]

    def __str__(self) -> str:
        return f"authenticator of {self.user_id}"


class PasskeyQuerySet(FactorQuerySet["Passkey"]):
    """Seen like every factor."""


class Passkey(Row):
    """A key that a device keeps and never shows: here is its public half, which opens nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField()
    credential_digest = models.CharField(max_length=64, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    # The latest challenge that it signed: of two answers to one challenge, one is taken.
    last_challenge = models.CharField(max_length=64, blank=True)
    transports = models.JSONField(default=list)
    relying_party = models.CharField(max_length=255)
    is_backed_up = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    objects = PasskeyQuerySet.as_manager()  # type: ignore[misc]

    def __str__(self) -> str:
        return self.name


class RecoveryCodeQuerySet(FactorQuerySet["RecoveryCode"]):
    """Seen like every factor."""


class RecoveryCode(Row):
    """A code on paper that lets its holder in once, when the app or the key is out of reach. Only a digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = RecoveryCodeQuerySet.as_manager()  # type: ignore[misc]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"
