"""What stands behind one alert: the facts, the gaps, and the curve of silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.alerts.estimation import silence_curve
from fleuve.alerts.models import Alert
from fleuve.alerts.queries.lists import AlertLine, alert_lines
from fleuve.alerts.queries.words import class_label
from fleuve.history import queries as history
from fleuve.kernel.principal import Principal
from fleuve.ui import charts, formatting
from fleuve.ui.charts import Chart

__all__ = ["WhyAlert", "why_alert"]

_LINES = 20_000
_GAPS_SHOWN = 12
_LEAST_SAID = 0.0001


@dataclass(frozen=True)
class WhyAlert:
    """The facts of an alert, and its picture when it is about a silence."""

    line: AlertLine
    facts: tuple[tuple[str, str], ...]
    gaps: str
    curve: Chart | None
    explanation: str


def why_alert(alert_id: int, principal: Principal) -> WhyAlert | None:
    """Everything that one alert rests on; ``None`` when it is not seen."""
    alert = Alert.objects.visible_to(principal).select_related("party__card", "run").filter(pk=alert_id).first()
    if alert is None:
        return None
    days = _purchase_days(alert.party_id)
    is_silence = alert.kind == Alert.Kind.SILENCE
    gaps = [(after - before).days for before, after in pairwise(days)]
    return WhyAlert(
        line=alert_lines([alert], principal)[0],
        facts=tuple(_facts(alert)),
        gaps=formatting.items([formatting.days(gap) for gap in gaps[-_GAPS_SHOWN:]]) if gaps else "",
        curve=_curve(alert, days) if is_silence else None,
        explanation=_explanation(alert),
    )


def _purchase_days(party_id: int) -> list[date]:
    """Days on which the customer bought something that counts; the caller has opened the alert about them."""
    if not history.is_built():
        return []
    lines = history.lines_of_party(party_id, _LINES)
    return sorted({line.day for line in lines if line.counted > 0})


def _facts(alert: Alert) -> Iterator[tuple[str, str]]:
    facts, currency = alert.facts, organisation().currency or "EUR"
    yield _("Raised on"), formatting.day(alert.raised_on)
    if alert.kind == Alert.Kind.SILENCE:
        yield _("Last purchase"), formatting.day(alert.since_on)
        yield _("Usual gap"), formatting.days(round(facts["usual_gap"]))
        yield _("Own gaps"), formatting.number(facts["gaps"])
        yield _("Silence"), formatting.days(facts["silence"])
        yield _("Alarms from"), _("%(days)s of silence") % {"days": formatting.days(round(facts["fires_at"]))}
        yield _("Chance of a longer silence, for a customer"), _chance(facts["chance"])
        yield _("Rhythm"), class_label(facts["rhythm"])
    if alert.kind in (Alert.Kind.RHYTHM, Alert.Kind.BASKET):
        show = _shown_days if alert.kind == Alert.Kind.RHYTHM else _shown_money
        yield _("Before"), show(facts["before"])
        yield _("Since then"), show(facts["after"])
        yield _("Likeliest beginning"), formatting.day(date.fromisoformat(facts["began_on"]))
        yield _("Noticed on"), formatting.day(alert.since_on)
        yield _("Evidence, 1 raises an alert"), formatting.number(facts["evidence"], decimals=1)
    if alert.kind == Alert.Kind.EARLY:
        yield _("First purchase"), formatting.day(alert.since_on)
        yield _("Known for"), _("%(weeks)s weeks") % {"weeks": formatting.number(facts["weeks"])}
        yield _("Spent in that time"), formatting.money(facts["spent"], currency, decimals=0)
        yield _("Right about customers like this"), formatting.percent(facts["precision"])


def _chance(chance: float) -> str:
    """A chance is never said to be nothing."""
    if chance < _LEAST_SAID:
        return _("under %(share)s") % {"share": formatting.percent(_LEAST_SAID, decimals=2)}
    return formatting.percent(chance, decimals=2)


def _shown_days(value: float) -> str:
    return _("every %(days)s") % {"days": formatting.days(max(1, round(value)))}


def _shown_money(value: float) -> str:
    return formatting.money(round(value), organisation().currency or "EUR", decimals=0)


def _explanation(alert: Alert) -> str:
    words = {
        "silence": _(
            "An alert is raised when somebody who is still a customer would hardly ever be silent for so long, given "
            "their own gaps. It says “unusual for them”, not “lost”."
        ),
        "rhythm": _(
            "All gaps so far are laid beside each other: did they become twice as long, or half, at some moment? The "
            "evidence may be looked at every day without raising more false alarms than promised."
        ),
        "basket": _(
            "All purchase days so far are laid beside each other: did their amount fall by two fifths, or rise by two "
            "thirds, at some moment? The evidence may be looked at every day without more false alarms than promised."
        ),
        "early": _(
            "New customers are laid beside those of earlier years after as many weeks. The share says how many of "
            "those who stood as high became one of the best fifth."
        ),
    }
    return words[alert.kind]


def _curve(alert: Alert, days: list[date]) -> Chart | None:
    until = [day for day in days if day <= alert.since_on]
    silence = int(alert.facts["silence"])
    found = silence_curve(alert.run.fitted, until, max(2 * round(alert.facts["fires_at"]), silence))
    if found is None:
        return None
    now = min(found.points, key=lambda point: abs(point[0] - silence))
    return charts.curve(
        found.points,
        marks=[charts.Mark(now[0], now[1], _("now"))],
        x_label=_("Days of silence"),
        x_show=formatting.number,
        show=formatting.percent,
        title=_("How likely a silence is that lasts longer"),
        unit=_("Chance, for somebody who is still a customer"),
        source=_("The customer's own gaps and the rhythms of all customers"),
        as_of=formatting.day(alert.run.as_of),
    )
