"""``fleuve serve`` as a whole: it answers soon, keeps its promise in every process, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from pathlib import Path

import psutil
import pytest

from tests.journeys.programs import command, descendants, free_port, lives, served

pytestmark = pytest.mark.full


def _eventually_dead(process_ids: list[int]) -> bool:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if not any(lives(process_id) for process_id in process_ids):
            return True
        time.sleep(0.05)
    return False


def test_it_greets_with_an_address_and_the_owners_link(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with served(home) as fleuve:
        assert fleuve.greeting["owner_link"].startswith(f"http://127.0.0.1:{fleuve.port}/first-start/")
        assert fleuve.get("/health/ready")[0] == 200
        status, english = fleuve.get("/sign-in/")
        assert (status, '<html lang="en"' in english) == (200, True)
        assert '<html lang="fr"' in fleuve.get("/sign-in/", "fr")[1]
        path = fleuve.greeting["owner_link"].partition(f":{fleuve.port}")[2]
        assert fleuve.get(path)[0] == 200
        children = descendants(fleuve.process.pid)
        assert len(children) >= 4, "web, its worker, quick, heavy"
    assert fleuve.process.returncode == 0
    assert _eventually_dead(children)
    with sqlite3.connect(home / "fleuve.sqlite3") as opened:
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    opened.close()


def test_a_killed_supervisor_leaves_nobody_behind(tmp_path: Path) -> None:
    with served(tmp_path / "home") as fleuve:
        children = descendants(fleuve.process.pid)
        fleuve.process.kill()
        fleuve.process.wait()
        assert _eventually_dead(children)


def test_a_killed_web_process_comes_back(tmp_path: Path) -> None:
    with served(tmp_path / "home") as fleuve:
        killed = [
            process_id
            for process_id in descendants(fleuve.process.pid)
            if "fleuve.cli.web" in psutil.Process(process_id).cmdline()
        ]
        assert killed, "the web process is one of its children"
        for process_id in killed:
            os.kill(process_id, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                if fleuve.get("/health/live")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("nobody answers")


def test_a_restore_waits_until_fleuve_is_stopped(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with served(home):
        made = command(["backup", str(tmp_path / "a.zip")], home=home)
        assert made["verified"], "a backup does not need a stop"
        with pytest.raises(AssertionError, match="Stop it first"):
            command(["restore", str(tmp_path / "a.zip"), "--force"], home=home)
    assert command(["restore", str(tmp_path / "a.zip"), "--force"], home=home)["rows"] == made["rows"]


def test_a_second_serve_on_the_same_data_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with served(home) as fleuve:
        with pytest.raises(AssertionError, match="Stop it first"):
            command(["serve", "--port", str(free_port())], home=home)
        with pytest.raises(AssertionError, match="Another program already listens"):
            command(["serve", "--port", str(fleuve.port)], home=tmp_path / "other")
        assert fleuve.get("/health/live")[0] == 200
