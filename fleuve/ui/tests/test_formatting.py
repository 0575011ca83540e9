"""Figures in words, in both languages; what Babel would write is the judge of the fast path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from fleuve.ui import formatting as f

NARROW, HARD = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("answer", "english", "french"),
    [
        (lambda: f.money(123456, "GBP"), "£1,234.56", f"1{NARROW}234,56{HARD}£"),
        (lambda: f.money(-123456, "EUR"), "−€1,234.56", f"−1{NARROW}234,56{HARD}€"),
        (lambda: f.money(5, "JPY"), "¥5", f"5{HARD}¥"),
        (lambda: f.money(1_234, "TND", 0), f"TND{HARD}1", f"1{HARD}TND"),
        (lambda: f.signed_money(500, "EUR", 0), "+€5", f"+5{HARD}€"),
        (lambda: f.signed_money(0, "EUR", 0), "€0", f"0{HARD}€"),
        (lambda: f.money_short(145_000_000, "GBP"), "£1.45M", f"1,45{HARD}M{HARD}£"),
        (lambda: f.money_short(99_999_999, "EUR"), "€1.00M", f"1,00{HARD}M{HARD}€"),
        (lambda: f.money_short(290, "EUR"), "€2.90", f"2,90{HARD}€"),
        (lambda: f.money_interval(120_000_000, 145_000_000, "GBP"), "£1.20–1.45M", f"1,20–1,45{HARD}M{HARD}£"),
        (lambda: f.money_interval(290, 410, "EUR"), "€2.90–4.10", f"2,90–4,10{HARD}€"),
        (lambda: f.money_interval(0, 6557, "EUR", decimals=0), "€0–66", f"0–66{HARD}€"),
        (lambda: f.money_interval(20, 40, "EUR", decimals=0), "€0", f"0{HARD}€"),
        (lambda: f.money_interval(0, 1_960_000, "GBP", decimals=0), "£0–19.6K", f"0–19,6{HARD}k{HARD}£"),
        (lambda: f.money_interval(4_000, 1_960_000, "GBP", decimals=0), "£0–19.6K", f"0–19,6{HARD}k{HARD}£"),
        (lambda: f.money_interval(500, 500, "EUR"), "€5.00", f"5,00{HARD}€"),
        (lambda: f.percent(0.853), "85%", f"85{HARD}%"),
        (lambda: f.percent(0.285), "29%", f"29{HARD}%"),
        (lambda: f.percent_interval(0.61, 0.68), "61–68%", f"61–68{HARD}%"),
        (lambda: f.signed_percent(-0.001), "0%", f"0{HARD}%"),
        (lambda: f.points(0.012), "+1.2 points", "+1,2 point"),
        (lambda: f.number(1_067_371), "1,067,371", f"1{NARROW}067{NARROW}371"),
        (lambda: f.number(Decimal("2.5")), "3", "3"),
        (lambda: f.number_short(1_067_371), "1.07M", f"1,07{HARD}M"),
        (lambda: f.day(date(2011, 12, 9)), "9 Dec 2011", "9 déc. 2011"),
        (lambda: f.day_month(date(2011, 6, 9)), "9 June", "9 juin"),
        (lambda: f.month(201112), "Dec 2011", "déc. 2011"),
        (lambda: f.month(201112, "long"), "December 2011", "décembre 2011"),
        (lambda: f.quarter(2011, 4), "Q4 2011", "T4 2011"),
        (lambda: f.days(34), "34 days", f"34{HARD}jours"),
        (lambda: f.ordinal(1), "1st", "1er"),
        (lambda: f.ordinal(112), "112th", "112e"),
        (lambda: f.items(["a", "b", "c"]), "a, b and c", "a, b et c"),
    ],
)
def test_it_says_the_figure_in_both_languages(answer: Callable[[], str], english: str, french: str) -> None:
    with override("en"):
        assert answer() == english
    with override("fr"):
        assert answer() == french


def test_what_is_missing_is_a_dash() -> None:
    with override("en"):
        assert {f.money(None, "EUR"), f.number(None), f.percent(float("nan")), f.day(None), f.month(None)} == {"–"}


def test_ago_counts_back_from_the_given_moment() -> None:
    now = datetime(2011, 12, 9, 14, 30, tzinfo=UTC)
    with override("fr"):
        assert f.ago(now - timedelta(days=20), now) == "il y a 3 semaines"


def test_an_interval_through_nought_keeps_both_signs() -> None:
    with override("en"):
        assert f.money_interval(-29_000, 41_000, "EUR") == "−€290 to €410"


@settings(deadline=None)  # the first example loads two locales
@given(minor=st.integers(-(10**15), 10**15), currency=st.sampled_from(["EUR", "USD", "CAD"]))
def test_money_is_what_babel_writes(minor: int, currency: str) -> None:
    for language, locale in (("en", "en_GB"), ("fr", "fr")):
        with override(language):
            expected = format_currency(abs(Decimal(minor) / 100), currency, locale=locale)
            assert f.money(minor, currency) == ("−" if minor < 0 else "") + expected


@settings(deadline=None)
@given(value=st.integers(-(10**12), 10**12))
def test_a_number_is_what_babel_writes(value: int) -> None:
    for language, locale in (("en", "en_GB"), ("fr", "fr"), ("en-in", "en_IN")):
        with override(language):
            assert f.number(value).lstrip("−") == format_decimal(abs(value), locale=locale)
