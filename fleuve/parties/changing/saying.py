"""One edit, said in the place where its attribute is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fleuve.parties.changing.edits import Target
from fleuve.parties.changing.owners import say_owner
from fleuve.parties.changing.subjects import Subject
from fleuve.parties.changing.tags import say_tags
from fleuve.parties.changing.writing import Writing

__all__ = ["say"]

_SAY: Final[dict[str, Callable[[Writing, Subject, Target, Any], bool]]] = {
    "column": Writing.column,
    "detail": Writing.detail,
    "own": Writing.own_value,
    "owner": say_owner,
    "tags": say_tags,
}


def say(writing: Writing, subject: Subject, target: Target, value: Any) -> bool:
    """Gather what this edit writes; returns whether it changes what is said."""
    return _SAY[target.place](writing, subject, target, value)
