"""Files of large exports: kept for a day in the data folder, under a name that nobody guesses."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from django.conf import settings

__all__ = ["KEPT_FOR", "delete_export_file", "export_file", "export_files", "writing_export"]

KEPT_FOR: Final = timedelta(hours=24)


def _folder() -> Path:
    return Path(settings.HOME) / "exports"


def export_file(name: str) -> Path:
    """Where the file of this name is kept."""
    return _folder() / name


def export_files() -> list[Path]:
    """Everything in the folder, drafts of killed workers included."""
    return sorted(_folder().glob("*")) if _folder().is_dir() else []


def delete_export_file(name: str) -> None:
    """Remove a file; one that is gone is gone."""
    if name:
        export_file(name).unlink(missing_ok=True)


@contextmanager
def writing_export(export_id: int, form: str) -> Iterator[tuple[str, IO[bytes]]]:
    """The name of a new file and its stream; it stands under its name when it is whole."""
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{export_id}-{secrets.token_hex(8)}.{form}"
    draft = export_file(f"{name}.part")
    try:
        with draft.open("wb") as stream:
            yield name, stream
        draft.replace(export_file(name))
    finally:
        draft.unlink(missing_ok=True)
