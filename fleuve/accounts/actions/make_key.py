"""Make and revoke the keys of programs."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.errors import KeyRefused
from fleuve.accounts.models import ApiKey, User
from fleuve.accounts.rules import digest_of, new_token
from fleuve.api.rules import SCOPES
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["MadeKey", "make_key", "revoke_key"]


@dataclass(frozen=True)
class MadeKey:
    """A key and its text, which is shown once and kept nowhere."""

    key: ApiKey
    token: str


def make_key(
    *,
    name: str,
    user: User,
    scopes: Collection[str],
    expires_at: datetime | None = None,
    by: Principal,
    at: datetime,
) -> MadeKey:
    """A key that acts for ``user`` within ``scopes``. Raises ``KeyRefused``."""
    require(by, "manage_users")
    if not name.strip():
        raise KeyRefused(_("Give the key a name: of the program that will use it."), code="key_nameless")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise KeyRefused(
            _("Say what the key may do: choose at least one scope of those offered."), code="key_scopeless"
        )
    if not user.is_active:
        raise KeyRefused(_("This person’s access is closed. Choose somebody who can sign in."), code="key_of_nobody")
    if expires_at is not None and expires_at <= at:
        raise KeyRefused(_("This day is over. Choose a later one, or none."), code="key_expired")
    # A prefix without the signs of base64 that look like the line between its parts.
    prefix = secrets.token_hex(4)
    token = f"flv_{prefix}_{new_token()}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name.strip()[:60],
            user=user,
            prefix=prefix,
            digest=digest_of(token),
            scopes=sorted(set(scopes)),
            created_at=at,
            expires_at=expires_at,
            by_kind=by.kind,
            by_id=by.id,
            by_label=by.label,
        )
        until = expires_at.date().isoformat() if expires_at else None
        data = {"user": str(user.pk), "scopes": key.scopes, "until": until}
        record("accounts.key_created", by=by, at=at, subject=("key", key.pk), data=data)
    return MadeKey(key, token)


def revoke_key(*, key: ApiKey, by: Principal, at: datetime) -> None:
    """From now on the key opens nothing. Who manages users may, and whoever the key acts for."""
    if by.kind != "user" or by.user_id != key.user_id:
        require(by, "manage_users")
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at, revoked_by_label=by.label):
            record("accounts.key_revoked", by=by, at=at, subject=("key", key.pk))
