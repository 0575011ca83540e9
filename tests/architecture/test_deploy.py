"""The files that put Fleuve on a server: what they name exists, and they promise what the manual says.

The container itself is built where images may be fetched; ``tests/journeys/test_container_file.py`` runs its steps.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.places import ROOT

DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "fleuve.service").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8")
SETTINGS = set(re.findall(r"`(FLEUVE_\w+)`", (ROOT / "docs" / "operating" / "settings.md").read_text(encoding="utf-8")))
_LARGEST_EXPOSURE = 2.0  # of 10, as systemd-analyze counts it


def test_every_setting_named_is_a_documented_one() -> None:
    example = (DEPLOY / "environment.example").read_text(encoding="utf-8")
    assert set(re.findall(r"FLEUVE_[A-Z_]+", UNIT + CONTAINER + example)) <= SETTINGS


def test_the_container_copies_only_what_is_there() -> None:
    copied = [
        line.split()[1:-1] for line in CONTAINER.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    assert copied
    assert not [name for names in copied for name in names if not (ROOT / name).exists()]


def test_the_builder_is_let_see_what_the_container_copies_and_no_more() -> None:
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", CONTAINER, re.MULTILINE)
    first, *rest = [line for line in IGNORED.splitlines() if not line.startswith("#")]
    assert first == "*"
    assert {line[1:] for line in rest if line.startswith("!")} == {
        name.partition("/")[0] for names in copied for name in names.split()
    }


def test_the_manual_builds_and_starts_the_container_as_its_file_says() -> None:
    manual = (ROOT / "docs" / "operating" / "install.md").read_text(encoding="utf-8")
    commands = re.findall(r"^#     (podman .+)$", CONTAINER, re.MULTILINE)
    assert len(commands) == 2
    assert [command for command in commands if f"\n{command}\n" not in manual] == []


def test_the_container_installs_the_pins_with_their_hashes_and_runs_as_nobody_special() -> None:
    assert CONTAINER.count("--require-hashes -r requirements/") == 2
    last_stage = CONTAINER.rpartition("\nFROM ")[2]
    assert last_stage.index("\nUSER fleuve") < last_stage.index("\nENTRYPOINT")
    assert ":latest" not in CONTAINER
    assert set(re.findall(r"^FROM \S+:(\S+)", CONTAINER, re.MULTILINE)) == {"3.11-slim"}


def test_the_container_keeps_its_data_on_a_volume_and_says_whether_it_lives() -> None:
    home = re.search(r"FLEUVE_HOME=(\S+)", CONTAINER)
    assert home is not None
    assert f"\nVOLUME {home[1]}\n" in CONTAINER
    assert "/health/live" in CONTAINER.partition("HEALTHCHECK")[2]


def test_the_unit_restarts_after_a_crash_and_gives_jobs_time_to_let_go() -> None:
    assert re.search(r"^Restart=on-failure$", UNIT, re.MULTILINE)
    assert re.search(r"^TimeoutStopSec=30$", UNIT, re.MULTILINE)
    assert re.search(r"^User=(?!root)\w+$", UNIT, re.MULTILINE)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists here."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here: the unit is not judged by it")
    path = tmp_path / "fleuve.service"
    path.write_text(UNIT.replace("/opt/fleuve/bin/fleuve", "/bin/true"), encoding="utf-8")
    return path


def test_systemd_finds_no_fault_in_the_unit(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "fleuve.service" in line] == []


def test_the_unit_leaves_little_to_attack(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    if told is None:
        pytest.skip("this systemd cannot judge a file")
    assert float(told[1]) <= _LARGEST_EXPOSURE
