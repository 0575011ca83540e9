"""What ``peers_crm`` compares: five everyday acts, by the same names on every side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from _browser import Answer

__all__ = ["ACTS", "EXPORT", "FILTER", "LIST", "NOTE", "PERSON", "SAVE", "Act"]

Act = Callable[[], Answer]
LIST: Final = "list"
FILTER: Final = "filter"
PERSON: Final = "open a person"
SAVE: Final = "save a note"
EXPORT: Final = "export a fifth"
ACTS: Final = (LIST, FILTER, PERSON, SAVE, EXPORT)
NOTE: Final = "Called; wants an offer."
