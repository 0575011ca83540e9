"""The words that a person types above a list, folded and cut to what a database takes."""

from __future__ import annotations

from typing import Final

from fleuve.kernel.search_text import fold

__all__ = ["read_words"]

# SQLite refuses longer patterns (50,000 bytes) with an error; nobody types as much.
_LONGEST: Final = 200
_MOST: Final = 6


def read_words(typed: str) -> tuple[str, ...]:
    """``" Chloé  ÉCLAIR "`` → ``("chloe", "eclair")``."""
    return tuple(fold(typed[:_LONGEST]).split()[:_MOST])
