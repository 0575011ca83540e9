"""Who calls: the key of a request, and the person whom it acts for. A session opens nothing here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from fleuve.api.errors import BadKey, ScopeMissing
from fleuve.api.rules import SCOPES
from fleuve.kernel.principal import Principal

__all__ = ["ApiRequest", "Bearer", "Caller", "caller_of", "provide_keys"]


@dataclass(frozen=True)
class Caller:
    """A key in use: who it acts as, and what it was made for."""

    principal: Principal
    key_id: int
    scopes: frozenset[str]


class ApiRequest(HttpRequest):
    """A request behind the gate; used for typing, never made."""

    principal: Principal
    caller: Caller


Resolver = Callable[[str], Caller | None]
_resolvers: list[Resolver] = []
_LONGEST: Final = 200


def provide_keys(resolver: Resolver) -> None:
    """Accounts hand down how a key is read: who it is for, nothing when it opens nothing."""
    _resolvers[:] = [resolver]


def caller_of(request: HttpRequest) -> Caller:
    """Whoever sent the request, looked up once. Raises ``BadKey``."""
    known: Caller | None = getattr(request, "caller", None)
    if known is not None:
        return known
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise BadKey(_("Send a key: “Authorization: Bearer …”. An owner of the workspace makes one under Keys."))
    found = _resolvers[0](token) if _resolvers and len(token) <= _LONGEST and token.isascii() else None
    if found is None:
        raise BadKey(_("This key opens nothing: it is unknown, revoked or expired. Ask an owner for another one."))
    request.caller, request.principal = found, found.principal  # type: ignore[attr-defined]
    return found


class Bearer(HttpBearer):
    """The key of an operation: a good one that has the scope."""

    def __init__(self, scope: str) -> None:
        if scope and scope not in SCOPES:
            raise ValueError(f"unknown scope {scope!r}")
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        caller = caller_of(request)
        if self.scope and self.scope not in caller.scopes:
            sentence = _("This key lacks the scope “%(scope)s”. Ask an owner for a key that has it.")
            raise ScopeMissing(sentence % {"scope": self.scope}, scope=self.scope)
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Never asked: the call above does it all."""
        raise NotImplementedError
