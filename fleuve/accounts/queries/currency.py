"""Whether the reporting currency is settled."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["currency_is_fixed", "register_currency_holder"]

CurrencyHolder = Callable[[], bool]
_currency_holders: list[CurrencyHolder] = []


def register_currency_holder(holder: CurrencyHolder) -> None:
    """A module says, from its ``apps.ready``, how to ask whether it stores amounts in the reporting currency."""
    if holder not in _currency_holders:
        _currency_holders.append(holder)


def currency_is_fixed() -> bool:
    """Whether any module stores amounts that a change of currency would make wrong."""
    return any(holder() for holder in _currency_holders)
