"""Fleuve's side of ``peers_crm``: the made-up business on the same server, its pages behind ``fleuve demo``."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from _bearer import Bearer
from _browser import Answer, Visitor
from _crm_acts import EXPORT, FILTER, LIST, NOTE, PERSON, SAVE, Act
from _serving import free_port, running, wait_for

__all__ = ["Fleuve"]

_UNTIL = "2026-10-31"
_PATIENCE_SECONDS = 300
_LAZY = re.compile(r'hx-get="([^"]+)" hx-trigger="load"')
_PEOPLE = """
COPY (SELECT json_build_object('first_name', coalesce(nullif(r.first_name, ''), '-'),
    'last_name', coalesce(nullif(r.last_name, ''), r.name), 'email', nullif(c.email, ''), 'phone', nullif(c.phone, ''),
    'city', r.city, 'postcode', r.postcode, 'address_line', r.street)
  FROM parties_record r JOIN parties_partycard c ON c.customer_number = r.external_id ORDER BY r.id) TO STDOUT
"""
_MOVE = (
    "UPDATE parties_record SET city = %s WHERE id IN (SELECT id FROM parties_record ORDER BY id LIMIT %s)",
    "UPDATE parties_partycard SET city = r.city FROM parties_record r WHERE r.external_id = customer_number",
)


class Fleuve:
    """One installation of so many customers, every fifth of them in one town."""

    def __init__(self, customers: int, url: str, folder: Path) -> None:
        self._customers, self.url, self._folder = customers, url, folder
        self._environment = {
            **os.environ,
            "FLEUVE_HOME": str(folder / "home"),
            "FLEUVE_DATABASE_URL": url,
            "FLEUVE_API_RATE": "1000000",  # a key is slowed down beyond 20 a second: that is not what is measured
        }
        self.seconds: dict[str, float] = {}

    def fill(self, town: str) -> Path:
        """Make up the business and move a fifth; answers the people as BottleCRM will get them."""
        began = time.perf_counter()
        self._run(["demo", *self._recipe, "--no-serve", "--no-value", "--json"])
        people = self._folder / "people.jsonl"
        with psycopg.connect(self.url, autocommit=True) as database, people.open("wb") as stream:
            database.execute(_MOVE[0], [town, self._customers // 5])
            database.execute(_MOVE[1])
            with database.cursor().copy(_PEOPLE) as copy:
                for block in copy:
                    stream.write(bytes(block).replace(b"\\\\", b"\\"))  # COPY doubles backslashes
        self.seconds["made up"] = round(time.perf_counter() - began, 1)
        return people

    def value(self) -> None:
        """Value everybody: what the other program's lists never say."""
        began = time.perf_counter()
        self._run(["value", "--json"])
        self.seconds["valued"] = round(time.perf_counter() - began, 1)

    @property
    def _recipe(self) -> list[str]:
        return ["--size", str(self._customers), "--until", _UNTIL]

    def _run(self, words: list[str]) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "fleuve.cli", *words]
        root = Path(__file__).parent.parent
        subprocess.run(command, cwd=root, env=self._environment, stdout=subprocess.DEVNULL, check=True)

    @contextmanager
    def serving(self, log: Path) -> Iterator[Visitor]:
        """Its web process of four threads, with its workers beside it, once these have nothing left to do."""
        port = free_port()
        words = ["demo", *self._recipe, "--json", "--port", str(port)]
        command = [sys.executable, "-W", "ignore", "-m", "fleuve.cli", *words]
        with running(command, self._environment | {"FLEUVE_LOG_LEVEL": "ERROR"}, log) as process:
            wait_for(port, log)
            assert process.stdout is not None
            greeting = json.loads(process.stdout.readline())
            visitor = Visitor(greeting["url"])
            visitor.come_in(greeting["entry_link"])
            self._until_idle()
            yield visitor

    def _until_idle(self) -> None:
        """Lists, search and places follow a valuation: nobody compares in the minute after it."""
        ends, quiet = time.monotonic() + _PATIENCE_SECONDS, 0
        with psycopg.connect(self.url, autocommit=True) as database:
            while quiet < 5 and time.monotonic() < ends:
                row = database.execute(
                    "SELECT count(*) FROM jobs_job WHERE state = 'running' OR (state = 'queued' AND due_at <= now())"
                ).fetchone()
                quiet = quiet + 1 if row == (0,) else 0
                time.sleep(1)

    def pages(self, visitor: Visitor, town: str) -> dict[str, Act]:
        """What is compared, as a person at the screen gets it: whole pages, with the parts that follow them."""
        found = list(dict.fromkeys(re.findall(r'href="/customers/(\d+)/"', visitor.get("/customers/").text)))
        people, noted = itertools.cycle(found), itertools.cycle(found)
        form = {"kind": "note", "body": NOTE}
        return {
            LIST: lambda: visitor.get("/customers/"),
            FILTER: lambda: visitor.get(f"/customers/?f=city:is:{town}"),
            PERSON: lambda: _with_parts(visitor, f"/customers/{next(people)}/"),
            SAVE: lambda: visitor.post(f"/customers/{next(noted)}/notes/", form),
            EXPORT: lambda: visitor.get(f"/customers/export/?f=city:is:{town}"),
        }

    def api(self, client: Bearer, town: str) -> dict[str, Act]:
        """The same as a program gets it; an export is a page of its own, which programs do not ask for yet."""
        items = json.loads(client.call("/api/v1/customers?limit=200").text)["items"]
        people, noted = itertools.cycle(one["id"] for one in items), itertools.cycle(one["id"] for one in items)
        where = quote(json.dumps({"key": "city", "operator": "is", "value": town}))
        return {
            LIST: lambda: client.call("/api/v1/customers?limit=50"),
            FILTER: lambda: client.call(f"/api/v1/customers?limit=50&filter={where}"),
            PERSON: lambda: client.call(f"/api/v1/customers/{next(people)}"),
            SAVE: lambda: client.call(f"/api/v1/customers/{next(noted)}/notes", {"body": NOTE}),
        }

    def key(self) -> str:
        """A key of its API."""
        command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("_crm_key.py"))]
        told = {"DJANGO_SETTINGS_MODULE": "fleuve.config.settings", "FLEUVE_LOG_LEVEL": "ERROR"}
        root = Path(__file__).parent.parent
        done = subprocess.run(
            command, cwd=root, env=self._environment | told, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout.split()[-1]

    def notes(self) -> int:
        """How many notes are stored."""
        with psycopg.connect(self.url) as database:
            row = database.execute("SELECT count(*) FROM notes_note WHERE body = %s", [NOTE]).fetchone()
        return int(row[0]) if row else 0


def _with_parts(visitor: Visitor, path: str) -> Answer:
    """A page and what it asks for by itself, one after the other: a browser asks for these at once."""
    answers = [visitor.get(path)]
    answers += [visitor.get(part, is_fragment=True) for part in _LAZY.findall(answers[0].text)]
    assert {answer.status for answer in answers} == {200}, path
    return Answer(200, b"".join(answer.body for answer in answers), sum(answer.milliseconds for answer in answers))
