"""People at the door, for the page tests of every module."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from fleuve.accounts.models import User

__all__ = ["client_as", "client_of"]


def client_of(user: User, client: Client | None = None) -> Client:
    """A browser in which this user is signed in."""
    found = client or Client()
    found.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return found


def client_as(role: str, language: str = "en") -> Client:
    """A browser in which somebody with this role is signed in."""
    user = User(email=f"{role}@example.org", name=role.title(), role=role, language=language, created_at=timezone.now())
    user.set_unusable_password()
    user.save()
    return client_of(user)
