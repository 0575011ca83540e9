"""The customers of a bulk edit that has started: packed ids in a file of the data folder, eight bytes each.

The set is fixed when the edit starts, so that it does not chase a filter that its own changes move.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from django.conf import settings

from fleuve.lists.rules import pack, unpack

__all__ = ["forget_frozen", "freeze", "frozen_file", "some_frozen"]

_EACH: Final = 8


def frozen_file(run_id: int) -> Path:
    """Where the customers of a run are kept while it is under way."""
    return Path(settings.HOME) / "bulk" / str(run_id)


def freeze(run_id: int, ids: list[int]) -> None:
    """Keep these ids; the file is whole or not there, also after a power cut."""
    path = frozen_file(run_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".part")
    with draft.open("wb") as stream:
        stream.write(pack(ids))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def some_frozen(run_id: int, start: int, count: int) -> list[int]:
    """``count`` of the ids from the place ``start`` on."""
    with frozen_file(run_id).open("rb") as stream:
        stream.seek(start * _EACH)
        return unpack(stream.read(count * _EACH))


def forget_frozen(run_id: int) -> None:
    """Remove the file: the run is over."""
    frozen_file(run_id).unlink(missing_ok=True)
