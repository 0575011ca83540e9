"""Alerts in sentences of facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.alerts.models import Alert, Run
from fleuve.ui import formatting

__all__ = ["class_label", "is_good_news", "need_sentence", "promise_sentence", "sentence_of", "snoozes", "tone_of"]

_TONES: Final = {"silence": "bad", "rhythm": "warn", "basket": "warn", "early": "good"}


_SNOOZES: Final = (7, 30, 90)


def snoozes(today: date) -> tuple[tuple[str, str], ...]:
    """Days until which an alert may be put off with one click: the date and its words."""
    return tuple(((today + timedelta(days=days)).isoformat(), formatting.days(days)) for days in _SNOOZES)


def sentence_of(alert: Alert, currency: str) -> str:
    """What is unusual, in a sentence."""
    return {"silence": _silence, "rhythm": _rhythm, "basket": _basket, "early": _early}[alert.kind](
        alert.facts, currency
    )


def is_good_news(alert: Alert) -> bool:
    """Whether somebody buys more than before, or promises to."""
    factor = float(alert.facts.get("factor", 1))
    return {"rhythm": factor < 1, "basket": factor > 1, "early": True}.get(alert.kind, False)


def tone_of(alert: Alert) -> str:
    """The tone of its badge."""
    return "good" if is_good_news(alert) else _TONES[alert.kind]


def promise_sentence(alert: Alert, run: Run) -> str:
    """How often an alert like this is false."""
    if alert.kind == Alert.Kind.EARLY:
        return ""
    years = 10_000 / run.per_year_bp
    if years < 1:
        return _("False at most %(times)s times a year for customers like this.") % {
            "times": formatting.number(1 / years, decimals=1)
        }
    return ngettext(
        "False at most once in %(years)s year for customers like this.",
        "False at most once in %(years)s years for customers like this.",
        round(years),
    ) % {"years": formatting.number(round(years))}


def class_label(name: str) -> str:
    """A class of rhythms: how regular, and how long the gaps are."""
    shape, _between, pace = name.partition("_")
    shapes = {"regular": _("Regular"), "random": _("At random"), "clumpy": _("In bursts")}
    paces = {
        "14": _("gaps up to 14 days"),
        "45": _("gaps of 15 to 45 days"),
        "more": _("gaps above 45 days"),
    }
    return _("%(shape)s, %(pace)s") % {"shape": shapes.get(shape, shape), "pace": paces.get(pace, pace)}


def need_sentence(code: str) -> str:
    """What is missing before anybody can be watched."""
    words = {
        "empty": _("There are no purchases yet. Import a file of orders or invoices first."),
        "few_repeat_buyers": _(
            "Nobody can be watched yet: a rhythm is learned from 20 customers with three purchase days or more, and a "
            "customer is watched after six. A longer history may change that."
        ),
    }
    return words.get(code, _("No rhythm fits these purchases well enough to be defended."))


def _silence(facts: dict[str, Any], _currency: str) -> str:
    return _("Usually buys every %(gap)s; silent for %(silence)s.") % {
        "gap": formatting.days(max(1, round(facts["usual_gap"]))),
        "silence": formatting.days(facts["silence"]),
    }


def _rhythm(facts: dict[str, Any], _currency: str) -> str:
    return _("Since %(day)s buys every %(after)s instead of every %(before)s.") % {
        "day": formatting.day(date.fromisoformat(facts["began_on"])),
        "after": formatting.days(max(1, round(facts["after"]))),
        "before": formatting.days(max(1, round(facts["before"]))),
    }


def _basket(facts: dict[str, Any], currency: str) -> str:
    return _("Since %(day)s spends %(after)s a purchase day instead of %(before)s.") % {
        "day": formatting.day(date.fromisoformat(facts["began_on"])),
        "after": formatting.money(round(facts["after"]), currency, decimals=0),
        "before": formatting.money(round(facts["before"]), currency, decimals=0),
    }


def _early(facts: dict[str, Any], currency: str) -> str:
    return ngettext(
        "Spent %(spent)s in the first %(weeks)s week: of those who began like this, %(share)s became one of the best.",
        "Spent %(spent)s in the first %(weeks)s weeks: of those who began like this, %(share)s became one of the best.",
        facts["weeks"],
    ) % {
        "spent": formatting.money(facts["spent"], currency, decimals=0),
        "weeks": formatting.number(facts["weeks"]),
        "share": formatting.percent(facts["precision"]),
    }
