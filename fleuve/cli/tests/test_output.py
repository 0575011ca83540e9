from __future__ import annotations

import io
import json
from argparse import Namespace

import pytest

from fleuve.cli.output import ProgressLine, report


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_report_is_lines_for_people_and_one_object_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    report(Namespace(json=False), {"rows": 3}, "Three rows.", "Verified.")
    assert capsys.readouterr().out == "Three rows.\nVerified.\n"
    report(Namespace(json=True), {"rows": 3}, "Three rows.")
    assert json.loads(capsys.readouterr().out) == {"rows": 3}


def test_progress_tells_step_count_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 110.0])
    monkeypatch.setattr("fleuve.cli.output.time.monotonic", lambda: next(clock))
    stream = _Terminal()
    line = ProgressLine(stream)
    line.tell("Reading rows", 0, 541_909)
    line.tell("Reading rows", 100_000, 541_909)
    assert stream.getvalue().endswith("Reading rows  100,000 / 541,909  10,000/s  44 s left")


def test_a_resumed_step_counts_its_rate_from_where_it_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 110.0])
    monkeypatch.setattr("fleuve.cli.output.time.monotonic", lambda: next(clock))
    stream = _Terminal()
    line = ProgressLine(stream)
    line.tell("Reading rows", 400_000, 541_909)
    line.tell("Reading rows", 401_000, 541_909)
    assert "100/s" in stream.getvalue()
    assert "23 min 29 s left" in stream.getvalue()


def test_a_pipe_gets_one_line_a_step() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream)
    for done in range(100):
        line.tell("Reading rows", done, 100)
    line.tell("Verifying", 0, 0)
    line.end()
    assert stream.getvalue() == "Reading rows\nVerifying\n"
