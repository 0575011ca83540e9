"""When an alert is news, when it is the same as before, and when it has been told long enough."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

__all__ = [
    "EXPIRES_AFTER_DAYS",
    "FRESH_DAYS",
    "KINDS",
    "WEIGHT_OF_KIND",
    "Episode",
    "Kind",
    "is_same_episode",
    "main_kind",
    "must_expire",
]

Kind = Literal["silence", "rhythm", "basket", "early"]
KINDS: Final[tuple[Kind, ...]] = ("silence", "rhythm", "basket", "early")
# On a list row stands the alert that says most: who is silent buys neither slower nor less.
WEIGHT_OF_KIND: Final[dict[Kind, int]] = {"silence": 3, "rhythm": 2, "basket": 1, "early": 0}

# What was first noticed longer ago is no news any more: the stage of the customer says it.
FRESH_DAYS: Final = 90
# An alert that nobody judged in that time is closed: half a year later nobody would act on it.
EXPIRES_AFTER_DAYS: Final = 180


@dataclass(frozen=True)
class Episode:
    """What an alert is about: a silence since the last purchase day, or a change noticed on a day."""

    kind: Kind
    since: date


def is_same_episode(one: Episode, other: Episode) -> bool:
    """Whether two findings are about one thing.

    A silence begins on the day of the last purchase, which does not move. The day on which a change was noticed moves a
    little when the crowd is learned anew, so that findings within ninety days are one. Somebody is new only once.
    """
    if one.kind != other.kind:
        return False
    if one.kind == "silence":
        return one.since == other.since
    return one.kind == "early" or abs((one.since - other.since).days) <= FRESH_DAYS


def must_expire(raised_on: date, as_of: date) -> bool:
    """Whether an alert has stood open for so long that it is closed."""
    return (as_of - raised_on).days > EXPIRES_AFTER_DAYS


def main_kind(kinds: Iterable[Kind]) -> str:
    """The kind that a list row shows of several open alerts; the promise of a new customer has a column of its own."""
    found = [kind for kind in kinds if kind != "early"]
    return max(found, key=lambda kind: WEIGHT_OF_KIND[kind], default="")
