"""Where uploaded files lie: in the data folder, under the id of their import, readable by its owner only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from fleuve.imports.reading import LIMITS, UnreadableFile

__all__ = ["blocks_of", "delete_upload", "store_upload", "upload_path"]

_BLOCK = 1 << 20


def upload_path(import_id: int) -> Path:
    """The file of an import. Its name is the id: nothing that a stranger wrote reaches the file system."""
    return Path(settings.HOME) / "uploads" / f"import-{import_id}"


def blocks_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a megabyte at a time."""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def store_upload(import_id: int, blocks: Iterable[bytes]) -> tuple[int, str]:
    """Write the blocks to disk as they come; returns size and SHA-256. Stops at the limit and leaves nothing."""
    path = upload_path(import_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size, digest = 0, hashlib.sha256()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            for block in blocks:
                size += len(block)
                if size > LIMITS.file_bytes:
                    raise UnreadableFile("too_large", size=size, limit=LIMITS.file_bytes)
                digest.update(block)
                stream.write(block)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def delete_upload(import_id: int) -> None:
    """Forget the file of an import that is over."""
    upload_path(import_id).unlink(missing_ok=True)
