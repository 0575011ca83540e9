"""BottleCRM's side of ``peers_crm``: its database on the same server, its people, its API behind gunicorn."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from _bearer import Bearer
from _crm_acts import EXPORT, FILTER, LIST, NOTE, PERSON, SAVE, Act
from _serving import free_port, running, wait_for

__all__ = ["Bottle"]

_ROLE = "crm_app"


class Bottle:
    """One installation. Its tables take minutes to make: begun first, waited for when they are needed.

    It writes logs into the folder in which it is started: never into ours.
    """

    def __init__(self, python: Path, url: str, folder: Path) -> None:
        self._python, self._folder = python, folder
        socket = unquote(urlsplit(url).netloc.rpartition("@")[2])
        self.url = f"{url.rpartition('/')[0]}/bottlecrm"
        with psycopg.connect(url, autocommit=True) as server:
            # Row security, on which it builds, binds only who is no superuser.
            server.execute(f"CREATE ROLE {_ROLE} LOGIN NOSUPERUSER PASSWORD 'bench'")
            server.execute(f"CREATE DATABASE bottlecrm OWNER {_ROLE}")
        self._environment = _environment(socket)
        self._began = time.perf_counter()
        self._migrating = subprocess.Popen(
            [str(python), "-W", "ignore", "-m", "django", "migrate", "--verbosity", "0"],
            env=self._environment,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        self.given: dict[str, Any] = {}
        self.seconds: dict[str, float] = {}

    def fill(self, people: Path) -> None:
        """Everybody as a contact of one organisation, and a key for its API."""
        if self._migrating.wait():
            raise SystemExit("BottleCRM's tables could not be made.")
        self.seconds["made tables"] = round(time.perf_counter() - self._began, 1)
        began = time.perf_counter()
        script = [str(self._python), "-W", "ignore", str(Path(__file__).with_name("_bottlecrm.py"))]
        with people.open("rb") as stream:
            done = subprocess.run(
                script, stdin=stream, env=self._environment, cwd=self._folder, stdout=subprocess.PIPE, check=True
            )
        self.given = json.loads(done.stdout.splitlines()[-1])
        self.seconds["contacts"] = round(time.perf_counter() - began, 1)

    @contextmanager
    def serving(self, log: Path) -> Iterator[Bearer]:
        """One process of four threads, as ours."""
        port = free_port()
        gunicorn = str(self._python.parent / "gunicorn")
        command = [gunicorn, "crm.wsgi", "-w", "1", "--threads", "4", "--keep-alive", "75", "-b", f"127.0.0.1:{port}"]
        with running(command, self._environment, log, self._folder):
            wait_for(port, log)
            yield Bearer(f"http://127.0.0.1:{port}", self.given["token"])

    def acts(self, client: Bearer, town: str) -> dict[str, Act]:
        """What is compared, as its API offers it."""
        people, noted = itertools.cycle(self.given["contacts"]), itertools.cycle(self.given["contacts"])
        return {
            LIST: lambda: client.call("/api/contacts/?limit=50"),
            FILTER: lambda: client.call(f"/api/contacts/?limit=50&city={town}"),
            PERSON: lambda: client.call(f"/api/contacts/{next(people)}/"),
            SAVE: lambda: client.call(f"/api/contacts/{next(noted)}/", {"comment": NOTE}),
            EXPORT: lambda: client.call(f"/api/contacts/export/?city={town}"),
        }

    def notes(self) -> int:
        """How many notes are stored: an answer alone proves nothing."""
        with psycopg.connect(self.url) as database:
            row = database.execute("SELECT count(*) FROM comment WHERE comment = %s", [NOTE]).fetchone()
        return int(row[0]) if row else 0


def _environment(folder: str) -> dict[str, str]:
    return {
        **os.environ,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENV_TYPE": "dev",
        "DEBUG": "False",
        "DBNAME": "bottlecrm",
        "DBUSER": _ROLE,
        "DBPASSWORD": "bench",
        "DBHOST": folder,
        "DBPORT": "5432",
        "DB_POOL_ENABLED": "true",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        # Nothing here waits for a worker: tasks are put into memory and left there.
        "CELERY_BROKER_URL": "memory://",
        "CELERY_RESULT_BACKEND": "cache+memory://",
        "ALLOWED_HOSTS": "127.0.0.1",
    }
