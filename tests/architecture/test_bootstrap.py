"""``dev.py`` and the pins: what a bare machine meets first."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.places import ROOT

REQUIREMENTS = ROOT / "requirements"
PINNED = sorted(REQUIREMENTS.glob("*.txt"))


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``dev.py`` as a module, on an environment that does not exist."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return module


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    imports = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    froms = {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imports | froms <= sys.stdlib_module_names


def test_without_words_it_tells_what_it_can_do() -> None:
    done = subprocess.run([sys.executable, "-I", ROOT / "dev.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    for command in ("demo", "test", "check", "bench", "lock"):
        assert f"dev.py {command}" in done.stdout


def test_a_python_without_environments_is_told_what_to_install(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "has_module", lambda name: False)
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as end:
        dev.make_environment()
    assert end.value.code == 1
    assert "apt-get install python3-venv" in capsys.readouterr().err


def test_what_was_installed_is_remembered_until_a_pin_changes(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    dev.VENV.mkdir()
    assert not dev.is_ready("run")
    (dev.VENV / "fleuve-test.stamp").write_text(dev.stamp_of("test"))
    assert dev.is_ready("test")
    assert dev.is_ready("run"), "the packages of the tests contain those of running"
    assert not dev.is_ready("full"), "but not those of the tests on Spark"
    (dev.VENV / "fleuve-test.stamp").unlink()
    (dev.VENV / "fleuve-full.stamp").write_text(dev.stamp_of("full"))
    assert dev.is_ready("full")
    assert dev.is_ready("test")
    assert dev.is_ready("run")
    monkeypatch.setattr(dev, "stamp_of", lambda kind: "another")
    assert not dev.is_ready("run")


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.name)
def test_every_pin_has_its_hashes_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.\-\[\]]+==\S+", text, re.MULTILINE)
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE), "no option, no other file"


def test_tests_run_on_the_versions_that_people_run() -> None:
    def versions(name: str) -> dict[str, str]:
        text = (REQUIREMENTS / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.\-]+)(?:\[\w+\])?==(\S+)", text, re.MULTILINE))

    tests, spark = versions("test.txt"), versions("spark.txt")
    assert versions("run.txt").items() <= tests.items()
    assert all(tests[name] == version for name, version in spark.items() if name in tests)
