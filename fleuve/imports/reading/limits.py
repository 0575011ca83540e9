"""How much a file may hold. Beyond a limit a file is refused with a sentence, never read in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["LIMITS", "Limits"]

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, characters and counts.

    ``row_characters`` bounds a line without line break before it is split into cells: 500 cells at their usual sizes
    stay far below it, a file that is one endless line does not reach memory.
    """

    file_bytes: int = 200 * _MEGABYTE
    rows: int = 2_000_000
    columns: int = 500
    cell_characters: int = _MEGABYTE
    row_characters: int = 8 * _MEGABYTE
    unpacked_times: int = 100
    unpacked_bytes: int = 2_000 * _MEGABYTE
    workbook_entries: int = 10_000


LIMITS: Final = Limits()
