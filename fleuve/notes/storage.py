"""Where attached files lie: in the data folder under their digest, once however often they are attached."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from fleuve.notes.errors import FileRefused
from fleuve.notes.models import File
from fleuve.notes.rules import LARGEST_FILE, media_type_of

__all__ = ["LARGEST_WORKSPACE", "Stored", "delete_unnamed", "path_of", "room_left", "store"]

LARGEST_WORKSPACE: Final = 2 * 1024**3
_SNIFFED: Final = 4_096


@dataclass(frozen=True)
class Stored:
    """Bytes on disk."""

    sha256: str
    size: int
    media_type: str


def path_of(sha256: str) -> Path:
    """The place of these bytes. Nothing that a stranger wrote reaches the file system."""
    return Path(settings.HOME) / "uploads" / "files" / sha256[:2] / sha256


def room_left() -> int:
    """How many bytes may still come; what is attached twice counts once."""
    sizes = File.objects.order_by().values("sha256").annotate(bytes=Max("size")).values_list("bytes", flat=True)
    return LARGEST_WORKSPACE - sum(sizes)


def store(blocks: Iterable[bytes], *, room: int) -> Stored:
    """Write the blocks as they come, then under their digest in one step: a kill leaves the whole file or none."""
    folder = Path(settings.HOME) / "uploads" / "files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"draft-{secrets.token_hex(8)}"
    try:
        size, digest, start = _write(draft, blocks, room)
        target = path_of(digest)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return Stored(digest, size, media_type_of(start))


def _write(draft: Path, blocks: Iterable[bytes], room: int) -> tuple[int, str, bytes]:
    size, digest, start = 0, hashlib.sha256(), b""
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        for block in blocks:
            size += len(block)
            if size > LARGEST_FILE:
                raise FileRefused(_("This file is larger than 25 MB. Attach a smaller one."), code="file_too_large")
            if size > room:
                sentence = _("The attached files fill the 2 GB of this workspace. Remove some from the trash first.")
                raise FileRefused(sentence, code="files_full")
            start = start or block[:_SNIFFED]
            digest.update(block)
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())
    if not size:
        raise FileRefused(_("This file is empty. Choose another one."), code="file_empty")
    return size, digest.hexdigest(), start


def delete_unnamed(digests: Collection[str]) -> None:
    """Delete the bytes of files that no row names any more."""
    for digest in digests:
        path_of(digest).unlink(missing_ok=True)
