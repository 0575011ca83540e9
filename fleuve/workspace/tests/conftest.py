"""A shop of one's own, imported and valued once for a whole file of tests, and the cast that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from fleuve.accounts.actions import configure_organisation, create_owner, create_user
from fleuve.accounts.models import User
from fleuve.imports.actions import import_file
from fleuve.imports.tests.files.shopify import write_shopify
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PASSWORD = "a quiet river at dawn"


@pytest.fixture(scope="module")
def valued_shop(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Path]:
    """A web shop's export taken through import, history and valuation, committed; taken away afterwards."""
    home = tmp_path_factory.mktemp("home")
    path = tmp_path_factory.mktemp("files") / "orders_export_1.csv"
    write_shopify(path)
    with django_db_blocker.unblock(), override_settings(HOME=home):
        try:
            configure_organisation(name="Rive droite", timezone="Europe/Paris", language="en", by=SYSTEM, at=NOW)
            create_owner(email="alice@example.org", name="Alice", password=PASSWORD, by=SYSTEM, at=NOW)
            create_user(email="bob@example.org", name="Bob", role="reader", password=None, by=SYSTEM, at=NOW)
            import_file(path=path, takes_proposals=True, by=SYSTEM, at=NOW)
            run_until_idle(queues=("heavy", "quick"))
            yield home
        finally:
            call_command("flush", verbosity=0, interactive=False)


def _signed_in(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_alice(valued_shop: Path, db: None) -> Client:
    """Alice owns the workspace."""
    return _signed_in("alice@example.org")


@pytest.fixture
def as_bob(valued_shop: Path, db: None) -> Client:
    """Bob works there and may only read."""
    return _signed_in("bob@example.org")
