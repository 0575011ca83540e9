"""What the list rows say of alerts: the most telling open one, and whether a new customer is promising."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from fleuve.alerts.models import Alert
from fleuve.alerts.rules import Kind, main_kind
from fleuve.parties.marking import mark_cards
from fleuve.parties.models import PartyCard

__all__ = ["write_alert_cards"]


def write_alert_cards(party_ids: Iterable[int], at: datetime) -> None:
    """Bring these list rows up to their open alerts, in the caller's transaction."""
    asked = sorted(set(party_ids))
    kinds: dict[int, list[Kind]] = defaultdict(list)
    for party, kind in Alert.objects.filter(party_id__in=asked, is_open=True).values_list("party_id", "kind"):
        kinds[party].append(cast("Kind", kind))
    wanted = {party: (main_kind(kinds[party]), "early" in kinds[party]) for party in asked}
    bears = PartyCard.objects.filter(party_id__in=asked).values_list("party_id", "alert", "early_good")
    moved: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for party, alert, early in bears:
        if (alert, early) != wanted[party]:
            moved[wanted[party]].append(party)
    for (alert, early), parties in moved.items():
        PartyCard.objects.filter(party_id__in=parties).update(alert=alert, early_good=early)
    mark_cards(sorted(party for parties in moved.values() for party in parties), at)
