"""docs/rules/alerts.md, its tables line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from fleuve.alerts.rules import Episode, Kind, KnownAlert, compare, is_same_episode, main_kind, share_of

DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Found:
    party: int
    episode: Episode
    is_news: bool = True


def silence(days: int) -> Episode:
    return Episode("silence", DAY - timedelta(days=days))


def known(episode: Episode, why: str = "", raised: int = 10) -> KnownAlert:
    return KnownAlert(7, 1, episode, DAY - timedelta(days=raised), why == "", why)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (silence(60), silence(60), True),
        (silence(60), silence(59), False),
        (Episode("rhythm", DAY), Episode("rhythm", DAY - timedelta(days=90)), True),
        (Episode("rhythm", DAY), Episode("rhythm", DAY - timedelta(days=91)), False),
        (Episode("rhythm", DAY), Episode("basket", DAY), False),
        (Episode("early", DAY), Episode("early", DAY - timedelta(days=170)), True),
    ],
)
def test_one_episode(one: Episode, other: Episode, same: bool) -> None:
    """Section *One episode, one alert*."""
    assert is_same_episode(one, other) is same
    assert is_same_episode(other, one) is same


@pytest.mark.parametrize(
    ("alert", "finding", "outcome"),
    [
        (None, Found(1, silence(60)), "raised"),
        (None, Found(1, silence(200), is_news=False), "nothing"),
        (known(silence(60)), Found(1, silence(60)), "refreshed"),
        (known(silence(200)), Found(1, silence(200), is_news=False), "refreshed"),
        (known(silence(200), raised=181), Found(1, silence(200)), "expired"),
        (known(silence(60)), None, "withdrawn"),
        (known(silence(90)), None, "bought"),
        (known(silence(90)), Found(1, silence(60)), "bought, raised"),
        (known(silence(60), "judged"), Found(1, silence(60)), "nothing"),
        (known(silence(60), "expired"), Found(1, silence(60)), "nothing"),
        (known(silence(60), "withdrawn"), Found(1, silence(60)), "reopened"),
        (known(silence(90), "judged"), Found(1, silence(60)), "raised"),
        (known(Episode("rhythm", DAY)), None, "withdrawn"),
    ],
)
def test_what_a_run_changes(alert: KnownAlert | None, finding: Found | None, outcome: str) -> None:
    """Section *What a run changes*: the customer last bought 60 days ago."""

    def has_bought_after(_party: int, day: date) -> bool:
        return day < DAY - timedelta(days=60)

    told = compare([finding] if finding else [], [alert] if alert else [], has_bought_after, DAY)
    said = list(told.closed)
    said += ["raised"] * len(told.raised) + ["refreshed"] * len(told.refreshed) + ["reopened"] * len(told.reopened)
    assert (", ".join(said) or "nothing") == outcome


@pytest.mark.parametrize(
    ("kinds", "shown"),
    [([], ""), (["early"], ""), (["basket", "rhythm"], "rhythm"), (["rhythm", "silence", "early"], "silence")],
)
def test_what_a_list_row_shows(kinds: list[Kind], shown: str) -> None:
    assert main_kind(kinds) == shown


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    [(171, 212, 0.748, 0.854), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (0, 0, 0.0, 1.0)],
)
def test_judgements_are_counted_with_wilsons_interval(right: int, judged: int, low: float, high: float) -> None:
    found = share_of(right, judged)
    assert (round(found.low, 3), round(found.high, 3)) == (low, high)
