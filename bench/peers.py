"""Environments of the peers that measurements run beside ours: ``dev.py bench --peers`` makes them under ``.peers``.

Each has pins of its own in ``requirements/peers-<name>.txt``: an old pandas, a sampler or a solver never enters the
environment that Fleuve runs in.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import dev

__all__ = ["build", "peer_python"]

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".peers"
PREFIX = "peers-"


def names() -> list[str]:
    """Every peer that has pins."""
    return sorted(path.stem.removeprefix(PREFIX) for path in (ROOT / "requirements").glob(f"{PREFIX}*.txt"))


def peer_python(name: str) -> Path:
    """The Python of a peer's environment, made first where it is missing or its pins have changed."""
    pins = ROOT / "requirements" / f"{PREFIX}{name}.txt"
    if not pins.exists():
        raise SystemExit(f"No peer is called {name}. There are: {', '.join(names())}.")
    home = PEERS / name
    python, stamp = home / "bin" / "python", home / "pins"
    wanted = hashlib.sha256(pins.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"· Making the environment of {name}", file=sys.stderr, flush=True)
        uv = Path(sys.executable).parent / "uv"
        _run([uv, "venv", "--quiet", "--clear", "--python", interpreter(name), home])
        _run([uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", pins])
        stamp.write_text(wanted)
    return python


def interpreter(name: str) -> str:
    """A Python new enough for this peer: this one, else another of the machine; ends with a sentence without any."""
    oldest = dev.oldest_python(f"{PREFIX}{name}")
    found = _version(sys.executable)
    if found and found[:2] >= oldest:
        return sys.executable
    beside = sorted(Path.home().glob(".pyenv/versions/*/bin/python3"))
    named = [shutil.which(f"python3.{minor}") for minor in range(oldest[1], oldest[1] + 4)]
    for candidate in [*filter(None, named), *map(str, beside)]:
        version = _version(candidate)
        if version and version[:2] >= oldest:
            return candidate
    wanted, have = ".".join(map(str, oldest)), ".".join(map(str, found or ()))
    raise SystemExit(f"{name} needs Python {wanted} or later; found {have}.")


def _version(python: str) -> tuple[int, ...] | None:
    """What an interpreter says of itself; None where it is only a name."""
    command = [python, "-c", "import sys; print(*sys.version_info[:3])"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def _run(command: list[str | Path]) -> None:
    code = subprocess.run(command, env=dev.installer_environment(), check=False).returncode
    if code:
        raise SystemExit(code)


def build() -> int:
    """Make every environment."""
    for name in names():
        try:
            print(f"{name}: {peer_python(name).relative_to(ROOT)}")
        except SystemExit as missing:  # the others can be made all the same
            print(f"{name}: {missing}")
    return 0


if __name__ == "__main__":
    sys.exit(build())
