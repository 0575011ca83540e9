"""Which answers about a source make sense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["SWITCHABLE_KINDS", "is_sensible"]

SWITCHABLE_KINDS: Final = frozenset(
    {"postage", "fee", "discount", "voucher", "manual", "bad_debt", "sample", "deposit", "donation", "stock"}
)
_HIGHEST_VAT_BP: Final = 5_000
_LONGEST_WINDOW_DAYS: Final = 3_650
_MOST_CATEGORIES: Final = 500


def is_sensible(name: str, value: Any) -> bool:
    """Whether ``value`` can be the answer to the setting ``name``; an unknown name is not."""
    check = _CHECKS.get(name)
    return check is not None and check(value)


def _is_margin(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 10_000


def _is_yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


def _is_between(low: int, high: int, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


_CHECKS: Final[Mapping[str, Any]] = {
    "vat_included": lambda value: value is None or _is_yes_or_no(value),
    "vat_bp": lambda value: _is_between(0, _HIGHEST_VAT_BP, value),
    "margin_bp": lambda value: value is None or _is_margin(value),
    "margin_is_assumed": _is_yes_or_no,
    "return_window_days": lambda value: _is_between(0, _LONGEST_WINDOW_DAYS, value),
    "keeps_identical_lines": _is_yes_or_no,
    "counts_walk_in": _is_yes_or_no,
    "reads_contracts": _is_yes_or_no,
    "counted_kinds": lambda value: isinstance(value, list | tuple) and set(value) <= SWITCHABLE_KINDS,
    "category_margins": lambda value: (
        isinstance(value, Mapping)
        and len(value) <= _MOST_CATEGORIES
        and all(isinstance(name, str) and _is_margin(margin) for name, margin in value.items())
    ),
}
