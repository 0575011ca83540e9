"""The contracts hold because breaking one fails: a copy of the sources with a forbidden import is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.places import LEVELS, ROOT


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(folder / "analytics")])}
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for name in ("fleuve", "analytics"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.parquet", "__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_order_tested_here_is_the_order_of_the_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(c for c in settings["tool"]["importlinter"]["contracts"] if c["id"] == "modules")
    written = [{name.strip("() ") for name in layer.split("|")} for layer in contract["layers"]]
    assert written == [set(names) for names in reversed(LEVELS)]


@pytest.mark.full
def test_the_sources_as_they_are_keep_every_contract(copy: Path) -> None:
    done = _lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.full
@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("fleuve/parties/rules.py", "import fleuve.workspace"),
        ("fleuve/events/models.py", "import fleuve.ui"),
        ("fleuve/jobs/models.py", "import fleuve.accounts.models"),
        ("fleuve/imports/models.py", "import fleuve.history"),
        ("fleuve/kernel/money.py", "import fleuve.jobs"),
        ("fleuve/parties/models/party.py", "import fleuve.parties.queries"),
        ("fleuve/parties/rules.py", "import fleuve.parties.models"),
        ("fleuve/parties/queries.py", "import fleuve_analytics"),
        ("analytics/fleuve_analytics/__init__.py", "import django"),
    ],
)
def test_a_forbidden_import_is_refused(copy: Path, file: str, line: str) -> None:
    path = copy / file
    original = path.read_text(encoding="utf-8")
    future = "from __future__ import annotations\n"
    path.write_text(original.replace(future, f"{future}\n{line}\n", 1), encoding="utf-8")
    try:
        done = _lint(copy)
    finally:
        path.write_text(original, encoding="utf-8")
    assert done.returncode != 0, f"{line} in {file} passed"
    assert "BROKEN" in done.stdout
