"""Numbers and percentages in the active language.

Babel formats one number in about 20 µs, a table page needs hundreds. Its patterns are therefore read once per
locale and the digits are set by ``str.format``, which Babel's own output is tested against.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite

from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from django.utils.translation import ngettext

from fleuve.ui.formatting.locale import MINUS, NOTHING, active, locale_of

__all__ = [
    "Number",
    "affixes",
    "grouped",
    "interval",
    "is_missing",
    "items",
    "number",
    "number_interval",
    "number_short",
    "ordinal",
    "percent",
    "percent_interval",
    "points",
    "signed_number",
    "signed_percent",
]

Number = int | float | Decimal


def is_missing(value: Number | None) -> bool:
    """No value, or a float that is not a number."""
    return value is None or (isinstance(value, float) and not isfinite(value))


def _size(value: Number) -> Number:
    return -value if value < 0 else value


@lru_cache(maxsize=64)
def _separators(locale: str) -> tuple[str, str, bool]:
    symbols = locale_of(locale).number_symbols["latn"]
    # Indian grouping (2,2,3) and Spanish four-digit rules are left to Babel.
    is_simple = format_decimal(1234567, locale=locale) == f"1{symbols['group']}234{symbols['group']}567"
    return symbols["group"], symbols["decimal"], is_simple


def rounded(value: Number, decimals: int) -> Decimal:
    """The value with that many decimals, halves away from zero as a shop's books do."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def grouped(value: Number, decimals: int, locale: str) -> str:
    """The digits of a value that is not negative, with the locale's separators and no sign."""
    group, point, is_simple = _separators(locale)
    exact = value if isinstance(value, int) and decimals == 0 else rounded(value, decimals)
    if not is_simple:
        whole_pattern = locale_of(locale).decimal_formats[None].pattern.split(".")[0]
        pattern = whole_pattern + ("." + "0" * decimals if decimals else "")
        return format_decimal(exact, format=pattern, locale=locale)
    digits = f"{exact:,.{decimals}f}" if decimals else f"{int(exact):,}"
    whole, _dot, fraction = digits.partition(".")
    return whole.replace(",", group) + (point + fraction if fraction else "")


def affixes(sample: str) -> tuple[str, str]:
    """What stands before and after the digits of a formatted sample: ``"£1"`` → ``("£", "")``."""
    digits = [index for index, letter in enumerate(sample) if letter.isdigit()]
    return sample[: digits[0]], sample[digits[-1] + 1 :]


def _sign(value: Number, shown: str, *, always: bool = False) -> str:
    if not any(letter in "123456789" for letter in shown):
        return ""  # what rounds to nought has no sign
    return MINUS if value < 0 else ("+" if always else "")


def number(value: Number | None, decimals: int = 0) -> str:
    """``1234.5`` → ``1,235`` / ``1 235``."""
    if value is None or is_missing(value):
        return NOTHING
    shown = grouped(_size(value), decimals, active())
    return _sign(value, shown) + shown


def signed_number(value: Number | None, decimals: int = 0) -> str:
    """With its sign, also when it is positive."""
    if value is None or is_missing(value):
        return NOTHING
    shown = grouped(_size(value), decimals, active())
    return _sign(value, shown, always=True) + shown


def number_short(value: Number | None) -> str:
    """Three significant digits from ten thousand on: ``1,067,371`` → ``1.07M``."""
    if value is None or is_missing(value):
        return NOTHING
    if _size(value) < 10_000:
        return number(value)
    return _short(float(value), active())


@lru_cache(maxsize=4096)
def _short(value: float, locale: str) -> str:
    size, scale, decimals = short_scale(float(_size(value)))
    sample = format_compact_decimal(scale, format_type="short", locale=locale)
    before, after = affixes(sample)
    shown = grouped(size / scale, decimals, locale)
    return (MINUS if value < 0 else "") + before + shown + after


def short_scale(size: float) -> tuple[float, int, int]:
    """(size to three significant digits, its scale 10³ᵏ, decimals that show them)."""
    size = float(f"{size:.3g}")
    scale = 1
    while size >= scale * 1000 and scale < 10**12:
        scale *= 1000
    units = size / scale
    return size, scale, 0 if units >= 100 or scale == 1 else 1 if units >= 10 else 2


@lru_cache(maxsize=64)
def _percent_affixes(locale: str) -> tuple[str, str]:
    return affixes(format_percent(0.01, locale=locale))


def percent(fraction: Number | None, decimals: int = 0) -> str:
    """``0.853`` → ``85%`` / ``85 %``."""
    return _percent(fraction, decimals, always=False)


def signed_percent(fraction: Number | None, decimals: int = 0) -> str:
    """With its sign, also when it is positive."""
    return _percent(fraction, decimals, always=True)


def _percent(fraction: Number | None, decimals: int, *, always: bool) -> str:
    if fraction is None or is_missing(fraction):
        return NOTHING
    locale = active()
    before, after = _percent_affixes(locale)
    shown = grouped(_size(_hundredfold(fraction)), decimals, locale)
    return _sign(fraction, shown, always=always) + before + shown + after


def _hundredfold(fraction: Number) -> Number:
    # 0.285 * 100 is 28.499999999999996: the decimal point is moved in the text instead.
    return Decimal(str(fraction)).scaleb(2)


def points(difference: Number | None, decimals: int = 1) -> str:
    """A difference of fractions in percentage points: ``0.012`` → ``+1.2 points``."""
    if difference is None or is_missing(difference):
        return NOTHING
    shown = signed_number(_hundredfold(difference), decimals)
    plural = 1 if abs(float(difference)) * 100 < 2 and active().startswith("fr") else 2
    return ngettext("%(points)s point", "%(points)s points", plural) % {"points": shown}


def interval(low: str, high: str) -> str:
    """Two figures already in words as one range: ``"12"``, ``"18"`` → ``12–18``."""
    if low == high:
        return low
    return f"{low} – {high}" if MINUS in low + high or " " in low + high else f"{low}–{high}"


def number_interval(low: Number | None, high: Number | None, decimals: int = 0) -> str:
    """``120``, ``1480`` → ``120–1,480``."""
    return interval(number(low, decimals), number(high, decimals))


def percent_interval(low: Number | None, high: Number | None, decimals: int = 0) -> str:
    """The percent sign once: ``0.61``, ``0.68`` → ``61–68%``."""
    if low is None or high is None or is_missing(low) or is_missing(high):
        return NOTHING
    before, after = _percent_affixes(active())
    return before + number_interval(_hundredfold(low), _hundredfold(high), decimals) + after


def ordinal(value: int, *, feminine: bool = False) -> str:
    """``1`` → ``1st`` / ``1er`` (``1re``)."""
    if active().startswith("fr"):
        return f"{number(value)}{('re' if feminine else 'er') if value == 1 else 'e'}"
    tail = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{number(value)}{tail}"


def items(values: Sequence[str]) -> str:
    """``["a", "b", "c"]`` → ``a, b and c``."""
    return format_list(list(values), locale=active()) if values else NOTHING
