"""Language, theme and density: what may be chosen, and where the choice of this request is read."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest

__all__ = ["COOKIES", "choices", "density_of", "theme_of"]

COOKIES: Final = {"theme": "fleuve_theme", "density": "fleuve_density"}
_CHOICES: Final = {"theme": ("auto", "light", "dark"), "density": ("comfortable", "compact")}


def choices(name: str) -> tuple[str, ...]:
    """The values that a preference may take; empty for an unknown preference."""
    if name == "language":
        return tuple(code for code, _label in settings.LANGUAGES)
    return _CHOICES.get(name, ())


def theme_of(request: HttpRequest) -> str:
    """``auto``, ``light`` or ``dark``: this browser's choice, else the person's, else as the computer."""
    return _chosen(request, "theme", str(getattr(_user(request), "theme", "") or "auto"))


def density_of(request: HttpRequest) -> str:
    """``comfortable`` or ``compact``: this browser's choice, else the person's."""
    return _chosen(request, "density", "compact" if getattr(_user(request), "is_compact", False) else "comfortable")


def _user(request: HttpRequest) -> object:
    return getattr(request, "user", None)


def _chosen(request: HttpRequest, name: str, fallback: str) -> str:
    value = request.COOKIES.get(COOKIES[name], "")
    return value if value in _CHOICES[name] else fallback
