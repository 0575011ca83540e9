"""A made-up shop valued and judged once for all these tests, and the cast that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from fleuve.accounts.models import User
from fleuve.alerts.actions import judge_customers
from fleuve.alerts.models import Run
from fleuve.value.actions import revalue
from fleuve.value.tests.conftest import forget
from fleuve.value.tests.shop import BOB, NOW, found_shop, sell


@pytest.fixture(scope="package")
def judged_shop(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Run]:
    """Six hundred made-up customers over two years, valued and judged; committed, and taken away afterwards."""
    home = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock(), override_settings(HOME=home):
        try:
            sell(found_shop(), 600, 730)
            for name, role in (("Alice", "owner"), ("Bob", "reader"), ("Sam", "seller")):
                User.objects.create(email=f"{name.lower()}@example.org", name=name, role=role, created_at=NOW)
            revalue(by=BOB, at=NOW)
            yield judge_customers(by=BOB, at=NOW)
        finally:
            forget()


def user(name: str) -> User:
    """One of the cast."""
    found: User = User.objects.get(name=name)
    return found


def _signed_in(name: str) -> Client:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_alice(judged_shop: Run, db: None) -> Client:
    """Alice owns the workspace."""
    return _signed_in("Alice")


@pytest.fixture
def as_bob(judged_shop: Run, db: None) -> Client:
    """Bob works there and may only read."""
    return _signed_in("Bob")
