"""``fleuve import`` on a terminal: a dry run keeps nothing, Ctrl-C takes back what was written, and then it works."""

from __future__ import annotations

import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.programs import command

pytestmark = pytest.mark.full

_LINES = 200_000
# What an import writes, and what a file that was only looked at leaves.
_TABLES = (
    "touchpoints_purchaseline",
    "touchpoints_purchase",
    "parties_record",
    "parties_party",
    "parties_contactdetail",
)
_TRACES = ("imports_import", "imports_savedmapping", "parties_source", "events_event")
_OPTIONS = ["--answer", "currency=EUR", "--yes", "--no-value"]


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    with path.open("w") as stream:
        stream.write("Invoice,Date,Customer,E-mail,Item,Qty,Price\n")
        for line in range(_LINES):
            order = line // 5
            customer = order % 900
            day = f"2024-{1 + order % 12:02d}-{1 + order % 28:02d}"
            price = "much" if line == 100 else "2.50"
            stream.write(f"F{order},{day},{customer},c{customer}@example.org,A{line % 50},{1 + line % 3},{price}\n")
    return path


def _counts(home: Path, tables: tuple[str, ...]) -> dict[str, int]:
    with closing(sqlite3.connect(home / "fleuve.sqlite3")) as opened:
        return {table: opened.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables}


class _Terminal:
    """A command on a terminal of its own, whose keys and screen are ours."""

    def __init__(self, words: list[str], home: Path) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fleuve.cli", *words],
            env={**os.environ, "FLEUVE_HOME": str(home), "FLEUVE_DATABASE_URL": "", "COLUMNS": "120"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.screen = ""

    def read(self) -> Iterator[str]:
        """What has been shown so far, after each new piece, until the command ends."""
        while True:
            try:
                piece = os.read(self._ours, 65_536)
            except OSError:  # the other side closed
                return
            if not piece:
                return
            self.screen += piece.decode()
            yield self.screen

    def end(self) -> int:
        """Read to the end; the exit code."""
        for _screen in self.read():
            pass
        os.close(self._ours)
        return self.process.wait(timeout=30)


def test_a_dry_run_tells_counts_and_faults_and_keeps_nothing(sales: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    command(["users", "list"], home=home)
    before = _counts(home, _TABLES + _TRACES)
    told = command(["import", str(sales), "--dry-run", "--answer", "currency=EUR"], home=home)
    (file,) = told["files"]
    assert (file["counts"]["rows"], file["counts"]["lines"], file["counts"]["customers"]) == (_LINES, _LINES - 1, 900)
    (fault,) = file["faults"]
    assert (fault["row"], fault["column"], fault["sets_aside"]) == (102, "Price", True)
    assert "much" in fault["sentence"]
    assert ["E-mail", "email"] in file["columns"]
    assert _counts(home, _TABLES + _TRACES) == before
    assert list((home / "uploads").iterdir()) == []


def test_progress_tells_step_count_rate_and_time_left_and_ctrl_c_keeps_nothing(sales: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    terminal = _Terminal(["import", str(sales), *_OPTIONS], home)
    pattern = re.compile(r"Importing rows  [\d,]+ / 200,000  [\d,]+/s  \d+ s left")
    for screen in terminal.read():
        if pattern.search(screen) and _counts(home, _TABLES)["touchpoints_purchaseline"]:
            os.kill(terminal.process.pid, signal.SIGINT)
            break
    assert terminal.end() == 130, terminal.screen
    assert "Nothing of sales.csv was kept." in terminal.screen
    assert set(_counts(home, _TABLES).values()) == {0}
    done = command(["import", str(sales), *_OPTIONS], home=home)
    assert done["files"][0]["counts"]["lines_created"] == _LINES - 1


def test_ctrl_c_while_checking_leaves_no_file_and_nothing_to_continue(sales: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    terminal = _Terminal(["import", str(sales), *_OPTIONS], home)
    for screen in terminal.read():
        if "Checking rows" in screen:
            os.kill(terminal.process.pid, signal.SIGINT)
            break
    assert terminal.end() == 130, terminal.screen
    assert list((home / "uploads").iterdir()) == []
    with closing(sqlite3.connect(home / "fleuve.sqlite3")) as opened:
        assert opened.execute("SELECT state FROM imports_import").fetchall() == [("cancelled",)]


def test_a_killed_command_is_finished_by_the_next_worker(sales: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    terminal = _Terminal(["import", str(sales), *_OPTIONS], home)
    for _screen in terminal.read():
        if "Importing rows" in terminal.screen and _counts(home, _TABLES)["touchpoints_purchaseline"]:
            terminal.process.kill()
            break
    assert terminal.end() == -signal.SIGKILL
    worker = subprocess.Popen(
        [sys.executable, "-m", "fleuve.cli", "worker"],
        env={**os.environ, "FLEUVE_HOME": str(home), "FLEUVE_DATABASE_URL": ""},
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and _counts(home, _TABLES)["touchpoints_purchaseline"] < _LINES - 1:
            time.sleep(0.5)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    found = _counts(home, _TABLES)
    assert found["touchpoints_purchaseline"] == _LINES - 1
    assert found["parties_record"] == 900
