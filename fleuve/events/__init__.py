"""Facts: what was done, by whom, when; written in the transaction that did it, heard by the modules that care.

``record("module.fact", …)`` writes one; ``listen("module.fact", action, mode=…)`` reacts to it. The rules are told in
``docs/rules/audit.md``. Names that need tables are loaded on first use, because Django imports this package before its
tables exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fleuve.events.listening import listen, listen_all

if TYPE_CHECKING:
    from fleuve.events.actions.record import record

__all__ = ["listen", "listen_all", "record"]


def __getattr__(name: str) -> Any:
    if name == "record":
        from fleuve.events.actions.record import record

        return record
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
