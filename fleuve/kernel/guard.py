"""Marks on views: who may open a page. The middleware of ``accounts`` sends strangers away; this file knows no page.

A view without a mark asks for a signed-in person: forgetting the mark never opens a page to strangers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from fleuve.kernel.principal import VERBS, require

__all__ = ["guard", "is_public", "public", "verb_of"]

View = TypeVar("View", bound=Callable[..., Any])


def guard(verb: str) -> Callable[[View], View]:
    """``@guard("import")``: strangers are sent to sign in, and whoever may not import reads why."""
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb!r}")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            require(request.principal, verb)
            return view(request, *args, **kwargs)

        guarded.guard_verb = verb  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def public(view: View) -> View:
    """A page for strangers too: sign-in, first start, health."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def verb_of(view: Callable[..., Any]) -> str:
    """The verb that a view asks for."""
    verb: str = getattr(view, "guard_verb", "read")
    return verb


def is_public(view: Callable[..., Any]) -> bool:
    """Whether strangers may open it."""
    return bool(getattr(view, "is_public", False))
