"""The data folder: one place for the embedded database, derived history, uploads, backups and the secret key."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Home"]

_DEFAULT = "~/.local/share/fleuve"


@dataclass(frozen=True)
class Home:
    """Paths below one data folder. Nothing is written before ``prepare``."""

    folder: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Home:
        """``FLEUVE_HOME``, or ``~/.local/share/fleuve``."""
        return cls(Path(environment.get("FLEUVE_HOME") or _DEFAULT).expanduser().resolve())

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.folder / "fleuve.sqlite3"

    @property
    def history(self) -> Path:
        """Derived columns; losing this folder loses nothing."""
        return self.folder / "history"

    @property
    def uploads(self) -> Path:
        """Files as people brought them."""
        return self.folder / "uploads"

    @property
    def backups(self) -> Path:
        """Backups made by Fleuve, those before a migration included."""
        return self.folder / "backups"

    @property
    def logs(self) -> Path:
        """Logs of the supervised processes."""
        return self.folder / "logs"

    @property
    def temporary(self) -> Path:
        """Uploads under way and spill files of the column engine."""
        return self.folder / "tmp"

    @property
    def secret_key_file(self) -> Path:
        """The key that signs sessions; made at first start, readable by its owner only."""
        return self.folder / "secret-key"

    @property
    def in_use(self) -> Path:
        """Lock file: shared by everything that serves, exclusive to a restore."""
        return self.folder / "in-use.lock"

    def serving(self, part: str) -> Path:
        """Lock file of whoever serves this part (``web``, ``workers``) from the embedded database."""
        return self.folder / f"serving-{part}.lock"

    @property
    def migrating(self) -> Path:
        """Lock file of a migration."""
        return self.folder / "migrating.lock"

    def read_secret_key(self) -> str | None:
        """The stored key, or None before first start."""
        try:
            return self.secret_key_file.read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def prepare(self) -> None:
        """Make the folders and, at first start, the secret key. Two processes may do it at once."""
        for folder in (self.folder, self.history, self.uploads, self.backups, self.logs, self.temporary):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.read_secret_key() is None:
            self._write_secret_key()

    def _write_secret_key(self) -> None:
        draft = self.secret_key_file.with_name(f"secret-key.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(50))
        try:
            # A hard link fails when the name exists: the first process wins and nobody replaces its key.
            os.link(draft, self.secret_key_file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
