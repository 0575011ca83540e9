"""The amount of a line, in integers only: quantity times price."""

from __future__ import annotations

__all__ = ["line_amount"]


def _divide_half_away(numerator: int, denominator: int) -> int:
    """Nearest integer of a fraction with a positive denominator, halves away from zero."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def line_amount(quantity_e3: int, unit_price_e4: int, exponent: int = 2) -> int:
    """Minor units of a line: rounded half away from zero once per line, before anything is summed.

    ``exponent`` is the number of decimals of the currency (2 for EUR, 0 for JPY).

    >>> line_amount(6_000, 25_500)  # six pieces at 2.55
    1530
    """
    return _divide_half_away(quantity_e3 * unit_price_e4 * 10**exponent, 10**7)
