"""Finds the browser of the tests; installs Debian's where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

__all__ = ["find_chromium"]

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str | None:
    """Its path: the one named by ``FLEUVE_TEST_CHROMIUM``, an installed one, or a freshly installed one."""
    return _installed() or (_installed() if _install() else None)


def _installed() -> str | None:
    named = os.environ.get("FLEUVE_TEST_CHROMIUM", "")
    if named and Path(named).exists():
        return named
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def _install() -> bool:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print("Installing chromium for the tests of pages…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (
        ["update", "-q"],
        ["install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
    ):
        if subprocess.run(["apt-get", *words], env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            return False
    return True
