"""Whose rights a job runs with: today's, not those of the day when it was asked for.

``accounts`` knows, and stands above this module: it registers a resolver when it starts. A job keeps four words of who
asked; their reach, grants and field rules are read again when it runs.
"""

from __future__ import annotations

from collections.abc import Callable

from fleuve.kernel.principal import Principal

__all__ = ["provide_principal", "with_rights_of_today"]

Resolve = Callable[[Principal], Principal]

_resolve: Resolve | None = None


def provide_principal(resolve: Resolve | None) -> None:
    """Register who knows today's rights; ``None`` forgets it."""
    global _resolve
    _resolve = resolve


def with_rights_of_today(asked: Principal) -> Principal:
    """The one who asked, with the rights held now; one whose access was closed has none, and the job is refused."""
    return _resolve(asked) if _resolve else asked
