"""Pure decisions about alerts (docs/rules/alerts.md)."""

from __future__ import annotations

from fleuve.alerts.rules.comparing import Comparison, KnownAlert, compare
from fleuve.alerts.rules.episodes import (
    EXPIRES_AFTER_DAYS,
    FRESH_DAYS,
    KINDS,
    WEIGHT_OF_KIND,
    Episode,
    Kind,
    is_same_episode,
    main_kind,
    must_expire,
)
from fleuve.alerts.rules.rates import (
    LEAST_RATE_BP,
    MOST_RATE_BP,
    RATE_BP,
    SEASON_DAYS,
    Share,
    share_of,
)

__all__ = [
    "EXPIRES_AFTER_DAYS",
    "FRESH_DAYS",
    "KINDS",
    "LEAST_RATE_BP",
    "MOST_RATE_BP",
    "RATE_BP",
    "SEASON_DAYS",
    "WEIGHT_OF_KIND",
    "Comparison",
    "Episode",
    "Kind",
    "KnownAlert",
    "Share",
    "compare",
    "is_same_episode",
    "main_kind",
    "must_expire",
    "share_of",
]
