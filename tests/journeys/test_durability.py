"""An acknowledged write survives a power cut: asked of every process that runs, and not of the settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from tests.journeys.programs import Served, descendants, served

pytestmark = pytest.mark.full

SQLITE = {
    "vendor": "sqlite",
    "journal": "wal",
    "synchronous": "full",
    "fsync": "on",
    "transactions": "immediate",
}
POSTGRESQL = {
    "vendor": "postgresql",
    "journal": "wal",
    "synchronous": "on",
    "fsync": "on",
    "transactions": "deferred",
}


def _told(log: Path) -> dict[int, dict[str, str]]:
    """What each process wrote of its own connection, by process id."""
    found: dict[int, dict[str, str]] = {}
    for line in log.read_text().splitlines():
        try:
            entry: dict[str, Any] = json.loads(line)
        except ValueError:
            continue
        if entry.get("event") == "database opened":
            found[entry["pid"]] = {name: entry[name] for name in SQLITE}
    return found


def _told_by_all(fleuve: Served, log: Path) -> dict[int, dict[str, str]]:
    """Wait until the web process, both workers and the supervisor have spoken: a worker starts after the greeting."""
    deadline = time.monotonic() + 30
    while True:
        told = _told(log)
        living = {fleuve.process.pid, *descendants(fleuve.process.pid)}
        if len(living & told.keys()) >= 4 or time.monotonic() > deadline:
            return {pid: promise for pid, promise in told.items() if pid in living}
        time.sleep(0.1)


def _command_line(home: Path, url: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "fleuve.cli", "users", "list", "--json"],
        env={**os.environ, "FLEUVE_HOME": str(home), "FLEUVE_DATABASE_URL": url, "FLEUVE_LOG_LEVEL": "INFO"},
        capture_output=True,
        text=True,
        check=True,
    )
    log = home.parent / "command-line.log"
    log.write_text(done.stderr)
    (promise,) = _told(log).values()
    return promise


def _assert_promised(home: Path, url: str, expected: dict[str, str]) -> None:
    with served(home, url=url) as fleuve:
        status, body = fleuve.get("/health/ready")
        assert (status, json.loads(body)["durability"]) == (200, expected)
        told = _told_by_all(fleuve, home.parent / f"{home.name}.log")
        assert len(told) >= 4, "supervisor, web, quick, heavy"
        assert all(promise == expected for promise in told.values()), told
        assert _command_line(home, url) == expected


def test_every_process_on_the_embedded_database_synchronises_fully(tmp_path: Path) -> None:
    _assert_promised(tmp_path / "home", "", SQLITE)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a server beside the embedded database")
def test_every_process_on_postgresql_commits_to_disk(tmp_path: Path) -> None:
    given = connection.settings_dict
    name = f"fleuve_durability_{os.getpid()}"
    dsn = {"host": given["HOST"], "port": given["PORT"] or None, "user": given["USER"], "password": given["PASSWORD"]}
    with psycopg.connect(**dsn, dbname="postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            _assert_promised(tmp_path / "home", _url_of(given, name), POSTGRESQL)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _url_of(given: dict[str, Any], name: str) -> str:
    user = given["USER"] + (f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else "")
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgresql://{user}@{quote(given['HOST'], safe='')}{port}/{name}"
