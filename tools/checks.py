"""``dev.py check``: what can be proven without running the program. Each check is a command and its verdict a line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CHECKS", "Check", "main"]

ROOT = Path(__file__).resolve().parent.parent
_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """A name and the words of its command."""

    name: str
    command: tuple[str, ...]


def _program(name: str, *words: str) -> tuple[str, ...]:
    return (str(_BIN / name), *words)


def _module(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *words)


CHECKS = (
    Check("lint", _program("ruff", "check", ".")),
    Check("format", _program("ruff", "format", "--check", ".")),
    Check("import contracts", _program("lint-imports", "--no-cache")),
    Check("types", _program("mypy", "-p", "fleuve", "-p", "fleuve_analytics", "-p", "tools", "-p", "tests")),
    Check("migrations", _module("django", "makemigrations", "--check", "--dry-run")),
    Check("deployment", _module("django", "check", "--deploy", "--fail-level", "WARNING")),
    Check("translations", _module("tools.translations", "check")),
    Check("documents", _module("tools.docs")),
)


def _environment(check: Check) -> dict[str, str]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "fleuve.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "analytics")]),
    }
    if check.name == "deployment":  # as an operator would publish it
        environment |= {"FLEUVE_URL": "https://fleuve.example.org", "FLEUVE_SECRET_KEY": "k" * 60 + "unlike-any-other"}
    return environment


def _run(check: Check) -> bool:
    started = time.perf_counter()
    done = subprocess.run(check.command, cwd=ROOT, env=_environment(check), capture_output=True, text=True, check=False)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{verdict:7}{check.name:20}{time.perf_counter() - started:6.1f} s", flush=True)
    if done.returncode:
        print((done.stdout + done.stderr).rstrip(), flush=True)
    return done.returncode == 0


def main(words: list[str]) -> int:
    """Run every check, or those named."""
    unknown = set(words) - {check.name for check in CHECKS}
    if unknown:
        print(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(check.name for check in CHECKS)}.")
        return 2
    verdicts = [_run(check) for check in CHECKS if not words or check.name in words]
    print(f"{sum(verdicts)} of {len(verdicts)} checks hold.")
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
