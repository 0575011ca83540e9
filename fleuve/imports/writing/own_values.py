"""Values of fields of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from fleuve.imports.converting.facts import DetailFact
from fleuve.imports.writing.session import Session

__all__ = ["write_own_values"]


def write_own_values(session: Session, new: Sequence[DetailFact], known: Sequence[DetailFact]) -> None:
    """To come."""
