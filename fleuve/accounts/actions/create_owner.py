"""Give someone the workspace, from the command line or for the packaged example."""

from __future__ import annotations

from datetime import datetime

from fleuve.accounts.actions.create_user import create_user
from fleuve.accounts.models import User
from fleuve.kernel.principal import Principal

__all__ = ["create_owner"]


def create_owner(
    *, email: str, name: str, password: str | None, language: str = "en", by: Principal, at: datetime
) -> User:
    """An owner. ``password=None`` (the example) leaves one-time links as the only way in."""
    return create_user(email=email, name=name, role=User.Role.OWNER, password=password, language=language, by=by, at=at)
