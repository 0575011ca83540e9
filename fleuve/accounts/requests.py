"""The request as views know it once the middleware of accounts has seen it."""

from __future__ import annotations

from django.http import HttpRequest

from fleuve.accounts.models import User
from fleuve.kernel.principal import Principal

__all__ = ["PrincipalRequest"]


class PrincipalRequest(HttpRequest):
    """A request with its principal; used for typing, never made."""

    principal: Principal
    user: User
