"""API keys: whom a token lets in, and which keys there are."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from django.utils import timezone

from fleuve.accounts.models import ApiKey, principal_of
from fleuve.accounts.rules import digest_of
from fleuve.api.callers import Caller
from fleuve.api.rules import denied_by, held_scopes
from fleuve.kernel.principal import Principal

__all__ = ["KeyLine", "caller_with", "key_prefix", "keys_of", "principal_of_key", "rights_of_key"]

_MARK: Final = "flv_"
_PREFIX_LENGTH: Final = 8
# How often the last use is written: a page that says "today" needs no write a request.
_PRECISION: Final = timedelta(minutes=5)
State = Literal["open", "revoked", "expired", "closed"]


@dataclass(frozen=True)
class KeyLine:
    """A key as its page shows it."""

    key: ApiKey
    person: str
    scopes: tuple[str, ...]
    state: State

    @property
    def is_open(self) -> bool:
        """Whether it lets anybody in."""
        return self.state == "open"

    @property
    def last_day(self) -> date | None:
        """The last day on which it opens, where the organisation is."""
        end = self.key.expires_at
        return None if end is None else timezone.localtime(end - timedelta(seconds=1)).date()


def key_prefix(token: str) -> str:
    """The public part of ``flv_<public>_<secret>``; nothing when it is no such text."""
    if not token.startswith(_MARK):
        return ""
    public, line, secret = token.removeprefix(_MARK)[:_PREFIX_LENGTH], token[12:13], token[13:]
    return public if line == "_" and secret else ""


def caller_with(token: str) -> Caller | None:
    """Who a token lets in, with the rights that the key's person holds now; nothing when it opens nothing."""
    prefix, at = key_prefix(token), timezone.now()
    key = ApiKey.objects.usable(at).filter(prefix=prefix).select_related("user").first() if prefix else None
    if key is None or not hmac.compare_digest(key.digest, digest_of(token)):
        return None
    if key.last_used_at is None or at - key.last_used_at >= _PRECISION:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return Caller(principal_of_key(key), key.pk, held_scopes(key.scopes))


def principal_of_key(key: ApiKey) -> Principal:
    """The key's person as they are now, less whatever the scopes leave out."""
    person = principal_of(key.user)
    return replace(
        person,
        kind="key",
        id=str(key.pk),
        label=f"{key.name} · {person.label}"[:120],
        denials=person.denials | denied_by(key.scopes),
        behalf=key.user_id,
    )


def rights_of_key(asked: Principal) -> Principal:
    """What a key that asked for work may do now; nothing once it is revoked, or its person's access closed."""
    number = int(asked.id) if asked.id.isdigit() else 0
    key = ApiKey.objects.usable(timezone.now()).filter(pk=number).select_related("user").first()
    return principal_of_key(key) if key else replace(asked, role="none", grants=frozenset())


def keys_of(principal: Principal, at: datetime) -> Sequence[KeyLine]:
    """The keys that a principal may know of: open ones first, then the newest."""
    rows = ApiKey.objects.visible_to(principal).select_related("user").order_by("-pk")[:500]
    lines = [KeyLine(key, key.user.name, tuple(key.scopes), _state(key, at)) for key in rows]
    return sorted(lines, key=lambda line: not line.is_open)


def _state(key: ApiKey, at: datetime) -> State:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is not None and key.expires_at <= at:
        return "expired"
    return "open" if key.user.is_active else "closed"
