"""The cast: Alice owns the workspace, Bob works there and reads, Carol left it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from fleuve.accounts.actions import configure_organisation, create_owner, create_user, disable_user
from fleuve.accounts.models import Organisation, User
from fleuve.accounts.tests.cast import client_of
from fleuve.kernel.principal import SYSTEM

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PASSWORD = "a quiet river at dawn"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def organisation(db: None) -> Organisation:
    return configure_organisation(name="Rive droite", timezone="Europe/Paris", language="en", by=SYSTEM, at=NOW)


@pytest.fixture
def alice(organisation: Organisation) -> User:
    return create_owner(email="alice@example.org", name="Alice", password=PASSWORD, by=SYSTEM, at=NOW)


@pytest.fixture
def bob(organisation: Organisation) -> User:
    return create_user(email="bob@example.org", name="Bob", role="reader", password=None, by=SYSTEM, at=NOW)


@pytest.fixture
def carol(organisation: Organisation) -> User:
    user = create_user(email="carol@example.org", name="Carol", role="reader", password=PASSWORD, by=SYSTEM, at=NOW)
    disable_user(user=user, by=SYSTEM, at=NOW)
    return user


@pytest.fixture
def as_alice(client: Client, alice: User) -> Client:
    return client_of(alice, client)


@pytest.fixture
def as_bob(client: Client, bob: User) -> Client:
    return client_of(bob, client)
