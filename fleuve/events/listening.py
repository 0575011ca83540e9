"""Who reacts to which fact. A listener is named in the ``apps.py`` of its module and is one action call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

from fleuve.events.catalog import CATALOG, fact_named

if TYPE_CHECKING:
    from fleuve.events.models import Event

__all__ = ["Listener", "Mode", "after_commit_listener", "key_of", "listen", "listen_all", "listeners_of"]

Mode = Literal["same_transaction", "after_commit"]
Listener: TypeAlias = "Callable[[Event], object]"
Wants: TypeAlias = Callable[[str], bool]

_listeners: dict[Mode, dict[str, dict[str, Listener]]] = {"same_transaction": {}, "after_commit": {}}
_everything: dict[str, tuple[Listener, Wants]] = {}


def listen(fact: str, action: Listener, mode: Mode) -> None:
    """Have ``action(event)`` called for every ``fact``.

    ``same_transaction``: inline, and its failure undoes the change (dirty marks, projections). ``after_commit``: by a
    job, at least once, after the change is visible to all.
    """
    fact_named(fact)
    _listeners[mode].setdefault(fact, {})[key_of(action)] = action


def listen_all(action: Listener, wants: Wants) -> None:
    """Have ``action(event)`` called, after the commit, for every public fact of which ``wants(name)`` says yes.

    ``wants`` is asked in the transaction that records the fact: a fact that nobody wants costs no row of the outbox.
    """
    _everything[key_of(action)] = (action, wants)


def key_of(action: Listener) -> str:
    """The name under which an outbox row remembers its listener."""
    return f"{action.__module__}.{action.__qualname__}"


def listeners_of(fact: str, mode: Mode) -> dict[str, Listener]:
    """The listeners of a fact, by key."""
    listeners = _listeners[mode].get(fact, {})
    if mode == "after_commit" and _everything and fact in CATALOG and CATALOG[fact].is_public:
        return listeners | {key: action for key, (action, wants) in _everything.items() if wants(fact)}
    return listeners


def after_commit_listener(fact: str, key: str) -> Listener | None:
    """The listener that an outbox row speaks of; nothing when the code that had it is gone."""
    found = _listeners["after_commit"].get(fact, {}).get(key)
    return found or (_everything[key][0] if key in _everything else None)
