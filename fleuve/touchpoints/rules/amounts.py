"""Amounts of a line, in integers only: quantity times price, without VAT, and its margin."""

from __future__ import annotations

__all__ = ["line_amount", "margin_of", "net_of_vat"]

_WHOLE_BP = 10_000


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


def net_of_vat(amount: int, vat_bp: int) -> int:
    """The amount without the VAT that it includes; ``vat_bp`` 2000 is 20 %.

    >>> net_of_vat(12_000, 2_000)
    10000
    """
    return _divide_half_away(amount * _WHOLE_BP, _WHOLE_BP + vat_bp)


def margin_of(revenue: int, margin_bp: int) -> int:
    """What is left of revenue at a gross margin; 4000 is 40 %."""
    return _divide_half_away(revenue * margin_bp, _WHOLE_BP)
