from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

_PATIENCE_SECONDS = 15.0


def _eventually(claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.02)
    return False


def _children(folder: Path) -> list[int]:
    return [int(file.name) for file in folder.iterdir()]


def _lives(process_id: int) -> bool:
    try:
        # A killed process that nobody has waited for is still listed, as a zombie.
        return bool(psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def parent(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "fleuve.cli.tests.parent", str(tmp_path), request.param]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("parent", ["stays"], indirect=True)
def test_a_killed_parent_leaves_no_orphan(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert _eventually(lambda: len(_children(tmp_path)) == 1)
    child = _children(tmp_path)[0]
    parent.kill()
    assert _eventually(lambda: not _lives(child))


@pytest.mark.parametrize("parent", ["stays"], indirect=True)
def test_a_killed_child_is_started_again(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert _eventually(lambda: len(_children(tmp_path)) == 1)
    os.kill(_children(tmp_path)[0], signal.SIGKILL)
    assert _eventually(lambda: len(_children(tmp_path)) == 2)


@pytest.mark.parametrize("parent", ["ends"], indirect=True)
def test_a_child_that_keeps_ending_is_given_growing_pauses(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert _eventually(lambda: len(_children(tmp_path)) == 2)
    # Without pauses a child that ends at once would have been started dozens of times in this second.
    time.sleep(1)
    assert len(_children(tmp_path)) <= 3


@pytest.mark.parametrize("parent", ["stays"], indirect=True)
def test_asked_to_stop_it_stops_its_children_and_leaves(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert _eventually(lambda: len(_children(tmp_path)) == 1)
    child = _children(tmp_path)[0]
    parent.terminate()
    assert parent.wait(timeout=_PATIENCE_SECONDS) == 0
    assert not _lives(child)
