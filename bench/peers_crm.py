"""Five everyday operations beside BottleCRM (``django-crm`` of PyPI): ``bin/bench peers_crm --customers 100000``.

Both programs on one PostgreSQL with the same settings, one process with four threads each, the same people (made up by
``fleuve demo --size``; every fifth lives in one town, which is what is filtered and exported), one client on a kept
connection, questions in turn. What the figures do not say: BottleCRM answers JSON for a separate web client, Fleuve the
whole page; BottleCRM's list carries less of each person (no value, no rhythm), and its export more columns.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from _browser import Answer, Visitor
from peers import peer_python

_ROOT = Path(__file__).resolve().parent.parent
_UNTIL, _TOWN = "2026-10-31", "Benchford"
_EXPORTS, _STARTING_SECONDS = 5, 60
_PEOPLE = """
COPY (SELECT json_build_object('first_name', coalesce(nullif(r.first_name, ''), '-'),
    'last_name', coalesce(nullif(r.last_name, ''), r.name), 'email', nullif(c.email, ''), 'phone', nullif(c.phone, ''),
    'city', r.city, 'postcode', r.postcode, 'address_line', r.street)
  FROM parties_record r JOIN parties_partycard c ON c.customer_number = r.external_id ORDER BY r.id) TO STDOUT
"""
_MOVE = (
    "UPDATE parties_record SET city = %s WHERE id IN (SELECT id FROM parties_record ORDER BY id LIMIT %s)",
    "UPDATE parties_partycard SET city = r.city FROM parties_record r WHERE r.external_id = customer_number",
    "ANALYZE",
)


@dataclass(frozen=True)
class _Operation:
    """One everyday act, as either program offers it."""

    name: str
    theirs: Callable[[], Answer]
    ours: Callable[[], Answer]
    most: int = 10_000


def main() -> int:
    """Print the figures of both as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=100)
    told = parser.parse_args()
    sys.path.insert(0, str(_ROOT))
    from tests.postgres import cluster

    python = peer_python("crm")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fleuve-bench-")))
        url = stack.enter_context(cluster())
        ours = {**os.environ, "FLEUVE_HOME": str(folder / "home"), "FLEUVE_DATABASE_URL": url}
        people = _fill_ours(told.customers, ours, url, folder)
        theirs = _their_environment(url)
        seconds, given = _fill_theirs(python, theirs, people)
        crm = stack.enter_context(_their_server(python, theirs, folder / "crm.log"))
        visitor = stack.enter_context(_our_server(told.customers, ours, folder / "fleuve.log"))
        client = _Bearer(crm, given["token"])
        rows = [_compared(one, told.requests) for one in _operations(client, given["contacts"], visitor)]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}"
    figures = {"customers": told.customers, "contacts": given["count"], "machine": machine, "filled_seconds": seconds}
    print(json.dumps(figures | {"operations": rows}, indent=1))
    return 0


def _fill_ours(customers: int, environment: dict[str, str], url: str, folder: Path) -> Path:
    """Make up the business, move a fifth to one town, value it; the people as BottleCRM will get them."""
    _fleuve(["demo", "--size", str(customers), "--until", _UNTIL, "--no-serve", "--no-value", "--json"], environment)
    people = folder / "people.jsonl"
    with psycopg.connect(url, autocommit=True) as database, people.open("wb") as stream:
        database.execute(_MOVE[0], [_TOWN, customers // 5])
        for statement in _MOVE[1:]:
            database.execute(statement)
        with database.cursor().copy(_PEOPLE) as copy:
            for block in copy:
                stream.write(bytes(block).replace(b"\\\\", b"\\"))  # COPY doubles backslashes
    _fleuve(["value", "--json"], environment)
    return people


def _fleuve(words: list[str], environment: dict[str, str]) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "fleuve.cli", *words]
    subprocess.run(command, cwd=_ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)


def _their_environment(url: str) -> dict[str, str]:
    """Their database on the same server, owned by a role that is no superuser: row security binds only those."""
    folder = unquote(urlsplit(url).netloc.rpartition("@")[2])
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE ROLE crm_app LOGIN NOSUPERUSER PASSWORD 'bench'")
        server.execute("CREATE DATABASE bottlecrm OWNER crm_app")
    return {
        **os.environ,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENV_TYPE": "dev",
        "DEBUG": "False",
        "DBNAME": "bottlecrm",
        "DBUSER": "crm_app",
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


def _fill_theirs(python: Path, environment: dict[str, str], people: Path) -> tuple[dict[str, float], dict[str, Any]]:
    began = time.perf_counter()
    migrate = [str(python), "-W", "ignore", "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=environment, cwd="/", stdout=subprocess.DEVNULL, check=True)
    migrated = time.perf_counter()
    script = [str(python), "-W", "ignore", str(Path(__file__).with_name("_bottlecrm.py"))]
    with people.open("rb") as stream:
        done = subprocess.run(script, stdin=stream, env=environment, cwd="/", stdout=subprocess.PIPE, check=True)
    given: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"migrate": round(migrated - began, 1), "contacts": round(time.perf_counter() - migrated, 1)}, given


@contextmanager
def _their_server(python: Path, environment: dict[str, str], log: Path) -> Iterator[str]:
    port = _free_port()
    command = [str(python.parent / "gunicorn"), "crm.wsgi", "-w", "1", "--threads", "4", "-b", f"127.0.0.1:{port}"]
    with _running(command, environment, log):
        _wait_for(port, log)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _our_server(customers: int, environment: dict[str, str], log: Path) -> Iterator[Visitor]:
    port = _free_port()
    words = ["demo", "--size", str(customers), "--until", _UNTIL, "--json", "--port", str(port)]
    command = [sys.executable, "-W", "ignore", "-m", "fleuve.cli", *words]
    with _running(command, environment | {"FLEUVE_LOG_LEVEL": "ERROR"}, log) as process:
        _wait_for(port, log)
        assert process.stdout is not None
        greeting = json.loads(process.stdout.readline())
        visitor = Visitor(greeting["url"])
        visitor.come_in(greeting["entry_link"])
        yield visitor


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[str]]:
    with log.open("w") as stream:
        process = subprocess.Popen(
            command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, stderr=stream, text=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, log: Path) -> None:
    ends = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit(f"No answer on {port}:\n{log.read_text()[-2000:]}")


class _Bearer(Visitor):
    """A client of BottleCRM's API, with its key."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url)
        self._headers = {"Authorization": f"Bearer {token}"}

    def call(self, path: str, body: dict[str, str] | None = None) -> Answer:
        """One call; a body makes it a POST of JSON."""
        if body is None:
            return self._ask("GET", path, None, self._headers)
        return self._ask("POST", path, json.dumps(body), self._headers | {"Content-Type": "application/json"})


def _operations(crm: _Bearer, contacts: list[str], visitor: Visitor) -> list[_Operation]:
    found = _customers(visitor)
    their_people, our_people = itertools.cycle(contacts), itertools.cycle(found)
    their_notes, our_notes = itertools.cycle(contacts), itertools.cycle(found)
    town = f"f=city:is:{_TOWN}"
    note = "Called; wants an offer."
    return [
        _Operation("list", lambda: crm.call("/api/contacts/?limit=50"), lambda: visitor.get("/customers/")),
        _Operation(
            "filter",
            lambda: crm.call(f"/api/contacts/?limit=50&city={_TOWN}"),
            lambda: visitor.get(f"/customers/?{town}"),
        ),
        _Operation(
            "open a person",
            lambda: crm.call(f"/api/contacts/{next(their_people)}/"),
            lambda: visitor.get(f"/customers/{next(our_people)}/"),
        ),
        _Operation(
            "save a note",
            lambda: crm.call(f"/api/contacts/{next(their_notes)}/", {"comment": note}),
            lambda: visitor.post(f"/customers/{next(our_notes)}/notes/", {"kind": "note", "body": note}),
        ),
        _Operation(
            "export a fifth",
            lambda: crm.call(f"/api/contacts/export/?city={_TOWN}"),
            lambda: visitor.get(f"/customers/export/?{town}"),
            most=_EXPORTS,
        ),
    ]


def _customers(visitor: Visitor) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/customers/(\d+)/"', visitor.get("/customers/").text)))


def _compared(one: _Operation, requests: int) -> dict[str, Any]:
    """Both in turn, so that neither has the quieter minute."""
    count = min(requests, one.most)
    one.theirs(), one.ours()
    pairs = [(one.theirs(), one.ours()) for _turn in range(count)]
    row = {"operation": one.name, "asked": count}
    for who, answers in zip(("bottlecrm", "fleuve"), zip(*pairs, strict=True), strict=True):
        taken = sorted(answer.milliseconds for answer in answers)
        row[who] = {
            "median_ms": round(statistics.median(taken), 1),
            "p95_ms": round(taken[max(0, -(-len(taken) * 19 // 20) - 1)], 1),
            "bytes": len(answers[0].body),
            "statuses": sorted({answer.status for answer in answers}),
        }
    print(json.dumps(row), file=sys.stderr, flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
