"""Fixtures of the tests of imports: the cast, and a file from its path to its result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fleuve.accounts.actions import configure_organisation, create_owner, create_user
from fleuve.accounts.models import Organisation, User
from fleuve.accounts.tests.cast import client_of
from fleuve.imports.actions import import_file
from fleuve.imports.models import Import
from fleuve.imports.tests.files import write_all
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PASSWORD = "a quiet river at dawn"


@pytest.fixture(autouse=True)
def asked_revaluations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Valuing the customers anew is not what these tests are about: it is only noted that it was asked for."""
    asked: list[str] = []
    monkeypatch.setattr("fleuve.imports.revaluation.enqueue", lambda name, **options: asked.append(name))
    return asked


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def organisation(db: None) -> Organisation:
    return configure_organisation(name="Rive droite", timezone="Europe/Paris", language="en", by=SYSTEM, at=NOW)


@pytest.fixture
def as_alice(client: Client, organisation: Organisation) -> Client:
    """Alice owns the workspace."""
    alice: User = create_owner(email="alice@example.org", name="Alice", password=PASSWORD, by=SYSTEM, at=NOW)
    return client_of(alice, client)


@pytest.fixture
def as_bob(organisation: Organisation) -> Client:
    """Bob works there and may only read."""
    bob: User = create_user(email="bob@example.org", name="Bob", role="reader", password=None, by=SYSTEM, at=NOW)
    return client_of(bob)


@pytest.fixture(scope="session")
def strangers_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The five files, written once."""
    return write_all(tmp_path_factory.mktemp("strangers"))


@pytest.fixture
def bring(organisation: Organisation) -> Callable[..., Import]:
    """Bring a file all the way in, taking proposals for what it does not tell."""

    def bring_file(path: Path, **options: Any) -> Import:
        options.setdefault("answers", {"currency": "EUR"})
        row = import_file(path=path, takes_proposals=True, by=SYSTEM, at=NOW, **options)
        run_until_idle(queues=("heavy",))
        row.refresh_from_db()
        return row

    return bring_file
