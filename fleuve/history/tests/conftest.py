"""A data folder of one's own for every test, and Online Retail loaded once for a whole file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from fleuve.history.actions import Rebuilt, rebuild_history
from fleuve.history.tests.online_retail import LOADED_AT, load_online_retail
from fleuve.kernel.principal import SYSTEM


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A data folder that is gone after the test."""
    with override_settings(HOME=tmp_path):
        yield tmp_path


@pytest.fixture(scope="module")
def online_retail(
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: pytest.FixtureDef[None],
) -> Iterator[Rebuilt]:
    """Online Retail in the tables and its history built, committed, for all tests of a file; taken away afterwards."""
    home = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock(), override_settings(HOME=home):  # type: ignore[attr-defined]
        load_online_retail(shared_data)
        try:
            yield rebuild_history(by=SYSTEM, at=LOADED_AT)
        finally:
            call_command("flush", verbosity=0, interactive=False)
