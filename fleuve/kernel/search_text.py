"""Text for searching and comparing: SQLite folds ASCII case only, so ``CHLOÉ`` is folded here, in Python."""

from __future__ import annotations

import unicodedata

__all__ = ["fold"]


def fold(text: str) -> str:
    """``" Chloé  ÉCLAIR "`` → ``"chloe eclair"``: NFKD, accents stripped, case folded, runs of space as one."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text)
    stripped = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(stripped.casefold().split())
