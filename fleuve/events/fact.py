"""What a fact is: a name in the past tense and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

__all__ = ["Fact"]


@dataclass(frozen=True)
class Fact:
    """A kind of event. ``title`` is what the audit trail shows; ``description`` is for whoever reads its data.

    A public fact may be told to other programs: it is about what the house works on, not about how it is run.
    """

    name: str
    title: str | Promise
    description: str
    is_public: bool = False

    @property
    def module(self) -> str:
        """The module that records it."""
        return self.name.partition(".")[0]
