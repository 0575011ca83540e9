"""What every index is asked and answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Found", "Index", "Phrase", "Wanted"]

Phrase = tuple[str, ...]
"""Alternatives: a text holds the phrase when it holds one of them."""


@dataclass(frozen=True)
class Wanted:
    """One question: texts of a kind that hold every phrase, at most so many."""

    kind: str
    phrases: tuple[Phrase, ...]
    most: int


@dataclass(frozen=True)
class Found:
    """A document that answers a question."""

    kind: str
    subject_id: int
    party_id: int | None
    text: str


class Index(Protocol):
    """Told of every document that changes; asked for texts that hold phrases of three letters and more."""

    def matching(self, questions: Sequence[Wanted]) -> list[Found]:
        """The answers to all questions, in one statement."""
        ...

    def add(self, documents: Iterable[tuple[int, str]]) -> None:
        """These documents (id, text) were written."""
        ...

    def remove(self, documents: Iterable[tuple[int, str]]) -> None:
        """These documents (id, the text that was indexed) are about to go or to change."""
        ...

    def being_filled(self) -> AbstractContextManager[None]:
        """While every document is written anew: what is put off until the end is done on leaving."""
        ...

    def rebuild(self) -> None:
        """Make the whole index again from the documents."""
        ...

    def tidy(self) -> None:
        """After many changes: put away what slows the next question."""
        ...
