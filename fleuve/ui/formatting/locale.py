"""Which Babel locale answers for the language that is active in this thread."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from babel.core import Locale, UnknownLocaleError
from django.utils.translation import get_language

__all__ = ["HARD_SPACE", "MINUS", "NOTHING", "active", "locale_name", "locale_of"]

NOTHING: Final = "–"
HARD_SPACE: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"

# British English writes "9 Dec 2011", which no reader can take for the ninth month.
_PREFERRED: Final = {"en": "en_GB"}


def active() -> str:
    """The name of the active locale, fit as a cache key."""
    return locale_name(get_language() or "en")


@lru_cache(maxsize=64)
def locale_name(language: str) -> str:
    """``"fr-ca"`` → ``"fr_CA"``; a language that Babel does not know falls back to English."""
    wanted = _PREFERRED.get(language, language).replace("-", "_")
    try:
        return str(Locale.parse(wanted))
    except (ValueError, UnknownLocaleError):
        return "en_GB"


@lru_cache(maxsize=64)
def locale_of(name: str) -> Locale:
    """The parsed locale, once."""
    return Locale.parse(name)
