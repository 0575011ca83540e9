from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from fleuve.config.database import database_settings
from fleuve.config.home import Home

HOME = Home(Path("/data"))


def test_the_embedded_database_is_the_default() -> None:
    found = database_settings("", HOME)
    assert found["NAME"] == "/data/fleuve.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_file_may_be_named() -> None:
    assert database_settings("sqlite:////srv/other.sqlite3", HOME)["NAME"] == "/srv/other.sqlite3"


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://ann:p%40ss@db.example.org:6432/shop", "db.example.org", "6432"),
        ("postgres://ann:p%40ss@db.example.org/shop", "db.example.org", ""),
        ("postgresql://ann:p%40ss@%2Frun%2FSockets/shop", "/run/Sockets", ""),
        ("postgresql://ann:p%40ss@/shop?host=/run/Sockets", "/run/Sockets", ""),
    ],
)
def test_postgresql_is_an_address(url: str, host: str, port: str) -> None:
    found = database_settings(url, HOME)
    assert (found["HOST"], found["PORT"], found["USER"], found["PASSWORD"], found["NAME"]) == (
        host,
        port,
        "ann",
        "p@ss",
        "shop",
    )


def test_options_of_the_address_are_passed_on() -> None:
    found = database_settings("postgresql://h/shop?sslmode=verify-full", HOME)
    assert found["OPTIONS"]["sslmode"] == "verify-full"


@pytest.mark.parametrize("url", ["mysql://h/shop", "postgresql://h/"])
def test_what_it_cannot_use_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        database_settings(url, HOME)
