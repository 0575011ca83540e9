#!/usr/bin/env python3
"""From a bare clone to a running program: ``python3 dev.py demo``, ``python3 dev.py test``.

Standard library only. It makes ``.venv``, installs the pinned uv, then every pinned package with its hash, then
Fleuve's own two packages, and remembers what it installed: the second time it starts at once.

    python3 dev.py demo [OPTIONS]     prepare the example and serve it
    python3 dev.py serve [OPTIONS]    serve your own data
    python3 dev.py fleuve ARGUMENTS   any other command of fleuve
    python3 dev.py test [--full]      the suite on SQLite and PostgreSQL, the pages in Chromium
    python3 dev.py check              contracts, types, lint, migrations, translations, documents
    python3 dev.py shape              sizes against STYLE.md
    python3 dev.py bench [NAME]       measurements; --peers: make the environments of those we are compared with
    python3 dev.py docs               write docs/reference again from the program
    python3 dev.py lock               write the pins again from requirements/*.in
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
OLDEST = (3, 11)
# What each kind of installation brings; a kind serves for those whose packages it contains.
LOCKED = {"run": ["run"], "test": ["test"], "full": ["test", "spark"]}
CONTAINED_IN = {"run": ["run", "test", "full"], "test": ["test", "full"], "full": ["full"]}

_RUN_COMMANDS = {
    "demo": ["-m", "fleuve.cli", "demo"],
    "serve": ["-m", "fleuve.cli", "serve"],
    "fleuve": ["-m", "fleuve.cli"],
}
_TEST_COMMANDS = {
    "test": ["-m", "tools.suite"],
    "check": ["-m", "tools.checks"],
    "shape": ["-m", "tools.shape"],
    "bench": ["-m", "tools.bench"],
    "docs": ["-m", "tools.docs", "write"],
    "python": [],
}
_NO_VENV = """\
This Python cannot make virtual environments: the module that does it is not installed.
  Debian, Ubuntu:  apt-get install python3-venv
  otherwise:       python3 -m pip install virtualenv
Then run the same command again."""


def say(sentence: str) -> None:
    print(f"· {sentence}", file=sys.stderr, flush=True)


def stop(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def make_environment() -> None:
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    say("Making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if has_module("venv") and has_module("ensurepip"):
        command = [sys.executable, "-m", "venv", str(VENV)]
    elif has_module("virtualenv"):
        command = [sys.executable, "-m", "virtualenv", "--quiet", str(VENV)]
    elif shutil.which("uv"):
        command = ["uv", "venv", "--quiet", "--seed", "--python", sys.executable, str(VENV)]
    else:
        stop(_NO_VENV)
    if subprocess.run(command, check=False).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(_NO_VENV)


def stamp_of(kind: str) -> str:
    digest = hashlib.sha256(sys.version.encode() + str(ROOT).encode())
    locked = [f"requirements/{name}.txt" for name in ("bootstrap", *LOCKED[kind])]
    for name in [*locked, "pyproject.toml", "analytics/pyproject.toml"]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_ready(kind: str) -> bool:
    """The packages of ``full`` contain those of ``test``, and these those of ``run``: any such stamp will do."""
    stamps = {name: VENV / f"fleuve-{name}.stamp" for name in CONTAINED_IN[kind]}
    return any(path.exists() and path.read_text() == stamp_of(name) for name, path in stamps.items())


def installer_environment() -> dict[str, str]:
    """uv does not read pip's configuration: hand on the index and the certificates that this machine needs."""
    environment = {**os.environ, "UV_NO_CONFIG": "1", "UV_COMPILE_BYTECODE": "1", "VIRTUAL_ENV": str(VENV)}
    for option, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        value = os.environ.get(f"PIP_{option.replace('-', '_').upper()}") or pip_setting(f"global.{option}")
        if value and not environment.get(variable):
            environment[variable] = value
    return environment


def pip_setting(name: str) -> str:
    found = subprocess.run([PYTHON, "-m", "pip", "config", "get", name], capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else ""


def install(kind: str) -> None:
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", *(f"-r{REQUIREMENTS / name}.txt" for name in LOCKED[kind])]
    own = ["--no-deps", "--no-build-isolation", "-e", str(ROOT / "analytics"), "-e", str(ROOT)]
    say(f"Installing the pinned packages ({kind})")
    run([*pip, "--require-hashes", "-r", str(REQUIREMENTS / "bootstrap.txt")])
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet"]
    environment = installer_environment()
    if subprocess.run([*uv, *locked], env=environment, check=False).returncode:
        say("uv could not; trying the same pins with pip, which is slower")
        run([*pip, *locked])
    # Hashes are of archives; our own folders have none, so they are a step of their own.
    if subprocess.run([*uv, *own], env=environment, check=False).returncode:
        run([*pip, *own])
    (VENV / f"fleuve-{kind}.stamp").write_text(stamp_of(kind))


def run(command: list[str]) -> None:
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code:
        raise SystemExit(code)


def lock() -> None:
    """Pins for every system and every Python from the oldest on, with hashes and without any address."""
    for name in sorted(path.stem for path in REQUIREMENTS.glob("*.in")):
        oldest = ".".join(map(str, oldest_python(name)))
        options = ["--universal", f"--python-version={oldest}", "--generate-hashes", "--no-annotate", "--no-header"]
        options += ["--no-emit-index-url", "--no-emit-find-links", "--upgrade", "--quiet"]
        files = [str(REQUIREMENTS / f"{name}.in"), "-o", str(REQUIREMENTS / f"{name}.txt")]
        code = subprocess.run([VENV / "bin" / "uv", "pip", "compile", *options, *files], env=installer_environment())
        if code.returncode:
            raise SystemExit(code.returncode)


def oldest_python(name: str) -> tuple[int, int]:
    """The oldest Python that requirements are for: ours, unless their first line names another (``# Python 3.12``)."""
    first = (REQUIREMENTS / f"{name}.in").read_text(encoding="utf-8").splitlines()[0]
    told = first.removeprefix("# Python ")
    major, _, minor = told.partition(".")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else OLDEST


def main(words: list[str]) -> int:
    if sys.version_info < OLDEST:
        stop(f"Fleuve needs Python {OLDEST[0]}.{OLDEST[1]} or later; this is {sys.version.split()[0]}.")
    if not words or words[0] in {"-h", "--help"}:
        print(__doc__)
        return 0 if words else 2
    name, rest = words[0], words[1:]
    commands = {**_RUN_COMMANDS, **_TEST_COMMANDS, "lock": []}
    if name not in commands:
        stop(f"There is no command {name!r}: {', '.join(commands)}.")
    kind = "run" if name in _RUN_COMMANDS else "full" if name == "test" and "--full" in rest else "test"
    make_environment()
    if not is_ready(kind):
        install(kind)
    if name == "lock":
        lock()
        return 0
    if name in _RUN_COMMANDS:
        run([str(PYTHON), "-m", "tools.translations", "compile"])
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), *commands[name], *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
