"""Both packages, built, installed in an empty environment outside the clone, and used as a stranger would."""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.journeys.programs import command, served

pytestmark = pytest.mark.full

ROOT = Path(__file__).resolve().parents[2]
# What a person opens first; each must come out in both languages.
PAGES = ("/", "/customers/", "/retention/", "/budgets/", "/imports/", "/jobs/", "/settings/")


def _run(*words: str | Path, cwd: Path | None = None) -> None:
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("dist")
    for project in (ROOT / "analytics", ROOT):
        _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=project)
    return sorted(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheels and the pinned packages, and nothing of the clone."""
    environment = tmp_path_factory.mktemp("elsewhere") / "environment"
    beside = Path(sys.executable).parent / "uv"
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        message = "uv is not installed: dev.py installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    _run(uv, "venv", "--quiet", "--python", sys.executable, environment)
    found = environment / "bin" / "python"
    _run(
        uv, "pip", "install", "--quiet", "--python", found, "--require-hashes", "-r", ROOT / "requirements" / "run.txt"
    )
    _run(uv, "pip", "install", "--quiet", "--python", found, "--no-deps", *wheels)
    _run(uv, "pip", "check", "--python", found)
    return found


def test_the_wheel_holds_catalogues_pages_and_data_but_no_tests(wheels: list[Path]) -> None:
    names = {name for wheel in wheels for name in zipfile.ZipFile(wheel).namelist()}
    assert "fleuve/locale/fr/LC_MESSAGES/django.mo" in names
    assert "fleuve/config/templates/config/error.html" in names
    assert "fleuve/ui/templates/ui/base.html" in names
    assert any(name.endswith("online_retail.parquet") for name in names)
    assert not [name for name in names if "/tests/" in name]


class _Visitor:
    """A browser without a screen: follows links with its cookies, in one language."""

    def __init__(self, language: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        self._opener.addheaders = [("Accept-Language", language)]

    def enter(self, link: str) -> str:
        """Open the one-time link and press its button."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.open(link))
        assert token is not None
        return self.open(link, urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]}).encode())

    def open(self, address: str, form: bytes | None = None) -> str:
        with self._opener.open(address, form, timeout=60) as response:
            assert response.status == 200
            text: str = response.read().decode()
            return text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_example_is_served_from_the_wheels(
    python: Path, language: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "example-of-wheels"
    folder.mkdir(exist_ok=True)
    home = folder / "home"
    prepared = command(["demo", "--no-serve"], home=home, python=python, cwd=folder)
    assert prepared["lines"] == 541_909
    with served(home, python=python, words=["demo"], cwd=folder) as fleuve:
        visitor = _Visitor(language)
        assert f'<html lang="{language}"' in visitor.open(f"http://127.0.0.1:{fleuve.port}/sign-in/")
        page = visitor.enter(_entry(fleuve.greeting["entry_link"], home, python, language, folder))
        assert "Online Retail" in page
        for path in PAGES:
            assert f'<html lang="{language}"' in visitor.open(f"http://127.0.0.1:{fleuve.port}{path}"), path


def _entry(link: str, home: Path, python: Path, language: str, folder: Path) -> str:
    """The example's visitor reads their own language: set it as their profile page would."""
    code = (
        "import django; django.setup()\n"
        "from fleuve.accounts.models import User\n"
        f"User.objects.update(language={language!r})\n"
    )
    environment = {**os.environ, "FLEUVE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "fleuve.config.settings"}
    environment.pop("FLEUVE_DATABASE_URL", None)
    subprocess.run([python, "-c", code], env=environment, cwd=folder, check=True)
    return link
