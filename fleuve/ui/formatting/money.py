"""Amounts of money from minor units and a currency code, in the active language."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.numbers import format_compact_currency, format_currency, get_currency_symbol
from django.utils.translation import gettext

from fleuve.kernel.money import minor_exponent
from fleuve.ui.formatting.locale import HARD_SPACE, MINUS, NOTHING, active
from fleuve.ui.formatting.numbers import affixes, grouped, rounded, short_scale

__all__ = ["currency_symbol", "money", "money_interval", "money_short", "signed_money"]

# CLDR writes the pound "£GB" in French and the yen "JP¥" in English; one currency rules a workspace, so the bare sign
# cannot mislead. Dollars keep their country.
_NARROW: Final = {"GBP": "£", "JPY": "¥"}
_EXACT_BELOW: Final = 10_000  # major units: below this a short amount is written out


@lru_cache(maxsize=256)
def _exponent(currency: str) -> int:
    return minor_exponent(currency)


@lru_cache(maxsize=256)
def _affixes(currency: str, scale: int, locale: str) -> tuple[str, str]:
    if not currency:
        return "", ""
    if scale == 1:
        before, after = affixes(format_currency(1, currency, locale=locale))
    else:
        before, after = affixes(format_compact_currency(scale, currency, format_type="short", locale=locale))
    symbol = get_currency_symbol(currency, locale=locale)
    narrow = _NARROW.get(currency, symbol)
    before, after = before.replace(symbol, narrow), after.replace(symbol, narrow)
    # CLDR sets a space between a code in letters and its digits; Babel forgets it.
    return before + (HARD_SPACE if before[-1:].isalpha() else ""), after


def money(minor: int | None, currency: str, decimals: int | None = None) -> str:
    """``123456``, ``"GBP"`` → ``£1,234.56``; ``decimals=0`` rounds to whole units."""
    return _signed(minor, currency, decimals, plus="")


def signed_money(minor: int | None, currency: str, decimals: int | None = None) -> str:
    """With its sign, also when it is positive: a change."""
    return _signed(minor, currency, decimals, plus="+")


def _signed(minor: int | None, currency: str, decimals: int | None, plus: str) -> str:
    if minor is None:
        return NOTHING
    shown = _absolute(abs(int(minor)), currency, decimals, active())
    if not any(letter in "123456789" for letter in shown):
        return shown
    return (MINUS if minor < 0 else plus) + shown


def _absolute(minor: int, currency: str, decimals: int | None, locale: str) -> str:
    exponent = _exponent(currency) if currency else 2
    before, after = _affixes(currency, 1, locale)
    amount = Decimal(minor).scaleb(-exponent)
    return before + grouped(amount, exponent if decimals is None else decimals, locale) + after


def money_short(minor: int | None, currency: str) -> str:
    """Three significant digits from ten thousand on: ``£1.45M`` / ``1,45 M €``; whole units from a hundred on."""
    if minor is None:
        return NOTHING
    sign = MINUS if minor < 0 else ""
    return sign + _short(abs(int(minor)), currency, active())


@lru_cache(maxsize=8192)
def _short(minor: int, currency: str, locale: str) -> str:
    exponent = _exponent(currency) if currency else 2
    amount = minor / 10**exponent
    if amount < _EXACT_BELOW:
        return _absolute(minor, currency, 0 if amount >= 100 or not minor else None, locale)
    size, scale, decimals = short_scale(amount)
    before, after = _affixes(currency, scale, locale)
    return before + grouped(size / scale, decimals, locale) + after


def money_interval(low: int | None, high: int | None, currency: str, decimals: int | None = None) -> str:
    """A range with its unit once: ``£1.20–1.45M``; a range through nought keeps both signs.

    ``decimals`` are those of small amounts, so that a range is no finer than the figure it stands beside.
    """
    if low is None or high is None:
        return NOTHING
    if low == high:
        return money_short(low, currency) if decimals is None else money(low, currency, decimals)
    if low < 0 or high < 0:
        values = {"low": money_short(low, currency), "high": money_short(high, currency)}
        return gettext("%(low)s to %(high)s") % values
    return _range(int(low), int(high), currency, decimals, active())


@lru_cache(maxsize=8192)
def _range(low: int, high: int, currency: str, decimals: int | None, locale: str) -> str:
    exponent = _exponent(currency) if currency else 2
    unit = 10**exponent
    _size, scale, shown = short_scale(high / unit)
    if high / unit < _EXACT_BELOW:
        scale, shown = 1, (0 if high / unit >= 100 else exponent if decimals is None else decimals)
    before, after = _affixes(currency, scale, locale)
    sizes = [rounded(Decimal(end) / unit / scale, shown) for end in (low, high)]
    ends = [grouped(size, shown if size else 0, locale) for size in sizes]  # £0–19.6K, not £0.0–19.6K
    return before + (ends[0] if ends[0] == ends[1] else "–".join(ends)) + after


@lru_cache(maxsize=256)
def _symbol(currency: str, locale: str) -> str:
    return _NARROW.get(currency) or get_currency_symbol(currency, locale=locale)


def currency_symbol(currency: str) -> str:
    """``GBP`` → ``£``."""
    return _symbol(currency, active()) if currency else ""
