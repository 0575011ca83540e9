"""Every fact that may be recorded, declared once in ``facts/<module>.py``."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from fleuve.events import facts
from fleuve.events.fact import Fact

__all__ = ["CATALOG", "Fact", "fact_named", "public_facts", "title_of"]


def _declared() -> dict[str, Fact]:
    modules = sorted(found.name for found in iter_modules(facts.__path__))
    return {fact.name: fact for name in modules for fact in import_module(f"{facts.__name__}.{name}").FACTS}


CATALOG: Final[dict[str, Fact]] = _declared()


def fact_named(name: str) -> Fact:
    """The declared fact, or a ``LookupError`` that says where to declare it."""
    try:
        return CATALOG[name]
    except KeyError:
        module = name.partition(".")[0]
        raise LookupError(f"The fact {name!r} is not declared: add it to fleuve/events/facts/{module}.py.") from None


def public_facts() -> frozenset[str]:
    """The names that other programs may be told."""
    return frozenset(fact.name for fact in CATALOG.values() if fact.is_public)


def title_of(name: str) -> str:
    """The fact's title in the current language; the bare name of one that is declared no more."""
    fact = CATALOG.get(name)
    return str(fact.title) if fact else name
