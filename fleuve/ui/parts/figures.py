"""Figures in words: money, numbers, intervals, days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone

from fleuve.ui import formatting
from fleuve.ui.charts import spark as draw_spark
from fleuve.ui.parts.library import register


@register.simple_tag
def money(
    minor: int | None, currency: str, compact: bool = False, decimals: int | None = None, signed: bool = False
) -> str:
    """``{% money 123456 "GBP" %}`` → £1,234.56."""
    if compact:
        return formatting.money_short(minor, currency)
    return (formatting.signed_money if signed else formatting.money)(minor, currency, decimals)


@register.simple_tag
def number(value: float | None, decimals: int = 0, compact: bool = False) -> str:
    """``{% number 4338 %}`` → 4,338."""
    return formatting.number_short(value) if compact else formatting.number(value, decimals)


@register.simple_tag
def percent(fraction: float | None, decimals: int = 0) -> str:
    """``{% percent 0.853 %}`` → 85%."""
    return formatting.percent(fraction, decimals)


@register.simple_tag
def interval(low: Any, high: Any, currency: str = "", kind: str = "", compact: bool = True) -> SafeString | str:
    """A range, from prepared strings, minor units with a currency, fractions or numbers."""
    if low in (None, "") or high in (None, ""):
        return ""
    if currency:
        shown = (
            formatting.money_interval(low, high, currency)
            if compact
            else formatting.interval(formatting.money(low, currency), formatting.money(high, currency))
        )
    elif kind == "percent":
        shown = formatting.percent_interval(low, high)
    elif isinstance(low, str):
        shown = formatting.interval(low, high)
    else:
        shown = formatting.number_interval(low, high)
    return format_html('<span class="interval">{}</span>', shown)


@register.simple_tag
def day(on: date | None, style: str = "medium") -> SafeString | str:
    """``{% day order.on %}`` → 9 Dec 2011, readable by machines too."""
    shown = formatting.day(on, style)
    return format_html('<time datetime="{}">{}</time>', on.isoformat()[:10], shown) if on else shown


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """Day and time, on the organisation's clock."""
    shown = formatting.moment(at, get_current_timezone())
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), shown) if at else shown


@register.simple_tag
def month(yyyymm: int | None, style: str = "medium") -> str:
    """``{% month 201112 %}`` → Dec 2011."""
    return formatting.month(yyyymm, style)


@register.simple_tag
def ago(at: datetime | None, now: datetime) -> SafeString | str:
    """How long ago, with the exact moment on hover."""
    if at is None:
        return formatting.NOTHING
    shown = formatting.ago(at, now)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), formatting.moment(at, get_current_timezone()), shown
    )


@register.simple_tag
def duration(seconds: float | None) -> str:
    """``{% duration 150 %}`` → 2 minutes."""
    return formatting.duration(seconds)


@register.simple_tag
def spark(points: Sequence[float | None], label: str = "") -> SafeString:
    """A word-sized line."""
    return draw_spark(points, label=label)
