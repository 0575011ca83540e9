"""From ``FLEUVE_DATABASE_URL`` to Django's ``DATABASES``: the embedded SQLite by default, PostgreSQL by address."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from fleuve.config.home import Home

__all__ = ["BUSY_TIMEOUT_SECONDS", "database_settings", "whole_number"]

BUSY_TIMEOUT_SECONDS = 20

# Temporary trees in memory and a bounded log file; the first three lines are the promise that
# ``durability.check`` reads back.
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000};"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-65536;"
    "PRAGMA journal_size_limit=67108864;"
)


def database_settings(url: str, home: Home) -> dict[str, Any]:
    """The ``default`` entry of ``DATABASES``. An empty URL means the embedded database in the data folder."""
    if not url:
        return _sqlite(home.database)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path("/") / unquote(parts.path).lstrip("/"))
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(url)
    raise ImproperlyConfigured(
        "FLEUVE_DATABASE_URL must start with postgresql:// or sqlite:///, "
        "for example postgresql://fleuve:secret@127.0.0.1:5432/fleuve."
    )


def whole_number(name: str, text: str) -> int:
    """A setting that counts something, or a refusal that names it."""
    if not text.isdecimal() or int(text) == 0:
        raise ImproperlyConfigured(f"{name} must be a whole number above 0; it is {text!r}.")
    return int(text)


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_TIMEOUT_SECONDS,
            "init_command": _SQLITE_PRAGMAS,
        },
        # A file, as in life (an in-memory database has no write-ahead log), and one per run: two runs may overlap.
        "TEST": {"NAME": str(Path(tempfile.gettempdir()) / f"fleuve-test-{os.getpid()}.sqlite3")},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("FLEUVE_DATABASE_URL must name a database: postgresql://…/fleuve.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": "5", **options},
        "TEST": {"NAME": f"test_{name}_{os.getpid()}"},
    }
