"""Found the workspace: the first owner, by the link printed on the server's console."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fleuve.accounts.actions.configure_organisation import configure_organisation
from fleuve.accounts.actions.create_user import create_user
from fleuve.accounts.actions.use_link import use_link
from fleuve.accounts.models import OneTimeLink, User
from fleuve.kernel.principal import Principal

__all__ = ["create_first_owner"]


def create_first_owner(
    *,
    token: str,
    email: str,
    name: str,
    password: str,
    organisation_name: str,
    timezone: str,
    language: str,
    at: datetime,
) -> User:
    """The holder of the printed link becomes owner and names the organisation.

    Two submissions at once create one owner: both must mark the one link used, and only one can.
    """
    with transaction.atomic():
        link = use_link(token=token, purpose=OneTimeLink.Purpose.FIRST_OWNER, at=at)
        holder = Principal("link", str(link.pk), name.strip(), "owner")
        user = create_user(
            email=email, name=name, role=User.Role.OWNER, password=password, language=language, by=holder, at=at
        )
        configure_organisation(name=organisation_name, timezone=timezone, language=language, by=user.principal, at=at)
    return user
