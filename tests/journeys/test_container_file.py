"""The steps of the container file, run one by one in an empty folder: no image is needed to know that they work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.programs import served

pytestmark = pytest.mark.full

ROOT = Path(__file__).resolve().parents[2]
_STEPS = re.compile(r"^(RUN|COPY) (.+)$", re.MULTILINE)


def _first_stage() -> list[tuple[str, str]]:
    """The steps up to the second image, which only copies the result."""
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    return _STEPS.findall(text.split("\nFROM ")[1])


def _copy(words: list[str], source: Path) -> None:
    *names, target = words
    for name in names:
        place = source / target / Path(name).name if target.endswith("/") else source / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy(ROOT / name, place)


def _run(step: str, source: Path, built: Path) -> None:
    # The image's own Python is this one; its folder of programs lies elsewhere here.
    command = step.replace("/opt/fleuve", str(built))
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, shell=True, cwd=source, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"


def test_the_steps_make_a_program_that_serves_and_holds_no_builder(tmp_path: Path) -> None:
    source, built = tmp_path / "source", tmp_path / "opt"
    source.mkdir()
    for verb, step in _first_stage():
        if verb == "COPY":
            _copy(step.split(), source)
        else:
            _run(step, source, built)
    shutil.rmtree(source)
    python = built / "bin" / "python"
    assert (built / "bin" / "fleuve").exists()
    builders = ("editables", "hatchling", "pip", "setuptools", "uv")
    assert [name for name in builders if list(built.glob(f"lib/python*/site-packages/{name}"))] == []
    assert [name for name in builders if (built / "bin" / name).exists()] == []
    with served(tmp_path / "home", python=python, cwd=tmp_path) as fleuve:
        assert fleuve.get("/health/live")[0] == 200
        status, page = fleuve.get("/sign-in/", language="fr")
        assert (status, "Se connecter" in page) == (200, True)
