"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from fleuve.config.home import Home
from fleuve.events.triggers import DROP

_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client", "admin_client"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--database-only``: the second database need not try again what touches none."""
    parser.addoption("--database-only", action="store_true", help="run only tests that use the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that neither carry the mark ``django_db`` nor ask for a database fixture."""
    if not config.getoption("--database-only"):
        return
    kept = [item for item in items if _uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & _DATABASE_FIXTURES)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets beside the clone; a bare clone skips, loudly, and continuous integration fails."""
    folder = Path(__file__).resolve().parent.parent / "shared" / "data"
    if not folder.is_dir():
        message = "the public data sets are not beside this clone: tests on them cannot run"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the data folder of whoever runs the tests."""
    home = Home(tmp_path_factory.mktemp("home"))
    home.prepare()
    kept = settings.HOME, settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR
    settings.HOME, settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR = home.folder, home.uploads, str(home.temporary)
    yield
    settings.HOME, settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR = kept


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Argon2 as in life, with the least work: hashing is slow on purpose, and tests hash by the hundred."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2PasswordHasher, "time_cost", 1)
        patch.setattr(Argon2PasswordHasher, "memory_cost", 8)
        patch.setattr(Argon2PasswordHasher, "parallelism", 1)
        yield


@pytest.fixture
def fleuve_home() -> Home:
    """The data folder of this test run."""
    return Home(settings.HOME)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests that empty the tables between them (``transaction=True``) empty the audit trail too.

    Its triggers have a test of their own, which creates them again.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for statement in DROP[connection.vendor]:
            cursor.execute(statement)
