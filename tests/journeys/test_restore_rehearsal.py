"""The worst day rehearsed: killed under write load, the data folder gone, and a backup from a moment before."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import shutil
import signal
import sqlite3
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import psutil
import pytest

from tests.journeys.programs import Served, command, descendants, lives, served

pytestmark = pytest.mark.full

_SIZE: Final = ["demo", "--size", "400", "--until", "2026-10-31"]
_WRITERS: Final = 4
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CUSTOMER: Final = re.compile(r'href="/customers/(\d+)/"')
# What a restore itself adds to (its own fact, the job that values again) or leaves to the machine.
_MOVES: Final = {"events_event", "events_eventvalues", "events_outbox", "events_seal", "jobs_job", "jobs_schedulestate"}


@dataclass(frozen=True)
class _Saved:
    """A note that the server acknowledged, and when its answer was complete."""

    text: str
    at: float


@dataclass
class _Writer:
    """Somebody at work: saves one note after the other until the server is gone."""

    port: int
    name: str
    cookies: dict[str, str]
    customers: list[str]
    saved: list[_Saved] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def work(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            for turn, party in enumerate(itertools.cycle(self.customers)):
                self._save(connection, f"/customers/{party}/notes/", f"{self.name} writes note {turn} é ✓")
        except (OSError, http.client.HTTPException):
            return  # killed: what was not answered was not promised

    def _save(self, connection: http.client.HTTPConnection, path: str, text: str) -> None:
        told = {"csrfmiddlewaretoken": self.cookies["csrftoken"], "kind": "note", "body": text}
        headers = {"Cookie": _cookie(self.cookies), "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, urlencode(told), headers)
        response = connection.getresponse()
        response.read()
        if response.status == 302:
            self.saved.append(_Saved(text, time.time()))
        else:
            self.refused.append(response.status)


def test_what_was_acknowledged_before_the_backup_is_there_after_everything_is_lost(tmp_path: Path) -> None:
    home, archive = tmp_path / "home", tmp_path / "safe" / "monday.zip"
    archive.parent.mkdir()
    command([*_SIZE, "--no-serve"], home=home)
    with served(home, words=_SIZE) as fleuve:
        customers, cookies = _come_in(fleuve)
        with _working(fleuve, customers, cookies) as writers:
            time.sleep(3)
            began = time.time()
            told = command(["backup", str(archive)], home=home)
            time.sleep(1)
            _kill_everything(fleuve)
    assert not any(writer.refused for writer in writers)
    promised = {saved.text for writer in writers for saved in writer.saved if saved.at < began}
    later = {saved.text for writer in writers for saved in writer.saved if saved.at >= began}
    assert len(promised) > 20, "the load was no load"
    assert later, "nothing was saved between the backup and the end"

    shutil.rmtree(home)
    restored = command(["restore", str(archive)], home=home)
    assert (restored["rows"], restored["tables"]) == (told["rows"], told["tables"])
    found = _notes(home)
    assert promised <= found
    assert found <= promised | later
    _assert_same_as_manifest(home, archive, tmp_path / "again.zip")
    assert command(["value"], home=home)["result"]["customers"] == _customers_valued(archive)


@contextmanager
def _working(fleuve: Served, customers: list[str], cookies: dict[str, str]) -> Iterator[list[_Writer]]:
    writers = [_Writer(fleuve.port, f"Writer {name}", cookies, customers[name::_WRITERS]) for name in range(_WRITERS)]
    threads = [threading.Thread(target=writer.work) for writer in writers]
    for thread in threads:
        thread.start()
    yield writers
    for thread in threads:
        thread.join(timeout=30)


def _come_in(fleuve: Served) -> tuple[list[str], dict[str, str]]:
    """Through the one-time link, as the person does who started the example."""
    connection = http.client.HTTPConnection("127.0.0.1", fleuve.port, timeout=20)
    cookies: dict[str, str] = {}
    path = urlsplit(fleuve.greeting["entry_link"]).path
    token = _TOKEN.search(_ask(connection, cookies, "GET", path)[1])
    assert token is not None
    status, _page = _ask(connection, cookies, "POST", path, {"csrfmiddlewaretoken": token[1]})
    assert status == 302
    customers = list(dict.fromkeys(_CUSTOMER.findall(_ask(connection, cookies, "GET", "/customers/")[1])))
    assert len(customers) >= _WRITERS
    _ask(connection, cookies, "GET", f"/customers/{customers[0]}/notes/")
    connection.close()
    return customers, cookies


def _ask(
    connection: http.client.HTTPConnection,
    cookies: dict[str, str],
    method: str,
    path: str,
    values: dict[str, str] | None = None,
) -> tuple[int, str]:
    headers = {"Cookie": _cookie(cookies)} if cookies else {}
    if values is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, urlencode(values) if values is not None else None, headers)
    response = connection.getresponse()
    body = response.read().decode()
    for name, morsel in SimpleCookie("; ".join(response.headers.get_all("Set-Cookie") or [])).items():
        cookies[name] = morsel.value
    return response.status, body


def _cookie(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _kill_everything(fleuve: Served) -> None:
    """``kill -9`` of the supervisor and all its children at once: nobody has time to write anything down."""
    victims = [fleuve.process.pid, *descendants(fleuve.process.pid)]
    for pid in victims:
        psutil.Process(pid).send_signal(signal.SIGKILL)
    fleuve.process.wait(timeout=20)
    deadline = time.monotonic() + 20
    while any(lives(pid) for pid in victims) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(lives(pid) for pid in victims)


def _notes(home: Path) -> set[str]:
    with sqlite3.connect(home / "fleuve.sqlite3") as database:
        return {body for (body,) in database.execute("SELECT body FROM notes_note") if body.startswith("Writer ")}


def _manifest(archive: Path) -> dict[str, tuple[int, str]]:
    """Rows and digest of each table that travelled."""
    with zipfile.ZipFile(archive) as opened:
        told: dict[str, Any] = json.loads(opened.read("manifest.json"))
    return {entry["table"]["name"]: (entry["rows"], entry["sha256"]) for entry in told["tables"]}


def _assert_same_as_manifest(home: Path, archive: Path, again: Path) -> None:
    """A backup of what was restored has the same tables, row for row: month-ends, notes and own values included."""
    command(["backup", str(again)], home=home)
    before, after = _manifest(archive), _manifest(again)
    assert before.keys() == after.keys()
    assert {name: told for name, told in after.items() if name not in _MOVES} == {
        name: told for name, told in before.items() if name not in _MOVES
    }
    assert all(after[name][0] >= before[name][0] for name in _MOVES & before.keys())
    assert before["value_monthend"][0] > 0


def _customers_valued(archive: Path) -> int:
    """What the last valuation before the backup counted."""
    with zipfile.ZipFile(archive) as opened:
        told = json.loads(opened.read("manifest.json"))
        entry = next(entry for entry in told["tables"] if entry["table"]["name"] == "value_valuation")
        place = [column["name"] for column in entry["table"]["columns"]].index("customers")
        rows = [json.loads(line) for line in opened.read("tables/value_valuation.jsonl").splitlines()]
    return max(int(row[place]) for row in rows)
