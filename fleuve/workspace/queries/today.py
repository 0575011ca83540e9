"""What needs me today: the answer in a sentence, and what changed since yesterday."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.accounts.models import Notice
from fleuve.accounts.queries import organisation
from fleuve.alerts.models import Alert
from fleuve.alerts.queries import latest_run, waiting_alerts
from fleuve.imports.models import Import
from fleuve.kernel.principal import Principal
from fleuve.parties.models import PartyCard
from fleuve.ui import formatting

__all__ = ["News", "TodayPage", "news", "today_page"]

# Beyond this a count says "99+": nobody needs the exact number, and counting stays a short walk along an index.
_MOST: Final = 99


@dataclass(frozen=True)
class TodayPage:
    """The answer, and what it is as of."""

    answer: str
    meta: str


@dataclass(frozen=True)
class News:
    """Something that changed, how often, and where to read it."""

    label: str
    count: str
    url: str


def today_page(principal: Principal, now: datetime) -> TodayPage:
    """How many alerts wait, and for how much money."""
    place, run = organisation(), latest_run(principal)
    waiting = waiting_alerts(principal, place.today(now)).exclude(kind=Alert.Kind.EARLY)
    counted = waiting.aggregate(many=Count("pk"), stake=Sum("at_stake"))
    many, stake = counted["many"], counted["stake"] or 0
    if not many:
        answer = _("No alert is waiting.")
    else:
        answer = ngettext(
            "%(count)s alert is waiting, with %(money)s at stake.",
            "%(count)s alerts are waiting, with %(money)s at stake.",
            many,
        ) % {
            "count": formatting.number(many),
            "money": formatting.money(stake, place.currency or "EUR", decimals=0),
        }
    meta = _("Customers as of %(day)s") % {"day": formatting.day(run.as_of)} if run else ""
    return TodayPage(answer, meta)


def news(principal: Principal, now: datetime) -> tuple[News, ...]:
    """What changed since yesterday began, each in one question; nothing is left out for having no news."""
    zone = organisation().zone
    since = datetime.combine(now.astimezone(zone).date() - timedelta(days=1), time.min, tzinfo=zone)
    return tuple(_news(principal, since))


def _news(principal: Principal, since: datetime) -> Iterator[News]:
    newcomers = PartyCard.objects.visible_to(principal).filter(party__created_at__gte=since)
    yield News(_("New customers"), _capped(newcomers), reverse("workspace:customers"))
    run = latest_run(principal)
    if run is not None and run.finished_at is not None and run.finished_at >= since:
        alerts = Alert.objects.visible_to(principal)
        raised, back = alerts.filter(first_run=run), alerts.filter(is_open=False, closed_on=run.as_of)
        yield News(_("Alerts raised"), _capped(raised), reverse("alerts:list"))
        bought = back.filter(closed_why=Alert.Closed.BOUGHT)
        yield News(_("Alerts closed by a purchase"), _capped(bought), reverse("alerts:list"))
    files = Import.objects.visible_to(principal).filter(finished_at__gte=since)
    yield News(_("Files imported"), _capped(files), reverse("imports:list"))
    if principal.user_id is not None:
        notices = Notice.objects.visible_to(principal).filter(user_id=principal.user_id, seen_at__isnull=True)
        yield News(_("Notices for you"), _capped(notices), "")


def _capped(rows: QuerySet[Any]) -> str:
    many = rows.order_by()[: _MOST + 1].count()
    return f"{_MOST}+" if many > _MOST else formatting.number(many)
