"""What a run changes: which alerts are raised, refreshed, opened again or closed, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Generic, Protocol, TypeVar

from fleuve.alerts.rules.episodes import Episode, is_same_episode, must_expire

__all__ = ["Comparison", "FindingLike", "KnownAlert", "compare"]

# Somebody dealt with it, or it was told long enough: the same episode is not told again.
_DONE_WITH: Final = frozenset({"judged", "expired"})


class FindingLike(Protocol):
    """What was found: about whom, in which episode, and whether it is news."""

    @property
    def party(self) -> int: ...

    @property
    def episode(self) -> Episode: ...

    @property
    def is_news(self) -> bool: ...


F = TypeVar("F", bound=FindingLike)


@dataclass(frozen=True)
class KnownAlert:
    """An alert as it is kept: open, or closed for a reason."""

    id: int
    party: int
    episode: Episode
    raised_on: date
    is_open: bool
    closed_why: str = ""


@dataclass
class Comparison(Generic[F]):
    """What is to be written. ``closed``: ids by the reason for which they are closed."""

    raised: list[F] = field(default_factory=list)
    refreshed: list[tuple[int, F]] = field(default_factory=list)
    reopened: list[tuple[int, F]] = field(default_factory=list)
    closed: dict[str, list[int]] = field(default_factory=dict)

    def close(self, alert: KnownAlert, why: str) -> None:
        """Have an alert closed."""
        self.closed.setdefault(why, []).append(alert.id)


def compare(
    findings: Sequence[F], known: Iterable[KnownAlert], has_bought_after: Callable[[int, date], bool], as_of: date
) -> Comparison[F]:
    """Lay what was found beside what is known.

    ``has_bought_after(party, day)``: whether the customer bought after a day. A finding that is no news raises nothing,
    but it keeps an open alert of the same episode open.
    """
    told = Comparison[F]()
    of_whom: dict[tuple[int, str], list[KnownAlert]] = {}
    for alert in known:
        of_whom.setdefault((alert.party, alert.episode.kind), []).append(alert)
    for finding in findings:
        _place(finding, of_whom.pop((finding.party, finding.episode.kind), []), told, has_bought_after, as_of)
    for rest in of_whom.values():  # nothing was found about these any more
        for alert in rest:
            if alert.is_open:
                told.close(alert, _why_gone(alert, has_bought_after))
    return told


def _place(
    finding: F,
    alerts: list[KnownAlert],
    told: Comparison[F],
    has_bought_after: Callable[[int, date], bool],
    as_of: date,
) -> None:
    same = [alert for alert in alerts if is_same_episode(alert.episode, finding.episode)]
    for alert in alerts:
        if alert.is_open and alert not in same:
            told.close(alert, _why_gone(alert, has_bought_after))
    standing = next((alert for alert in same if alert.is_open), None)
    if standing and must_expire(standing.raised_on, as_of):
        told.close(standing, "expired")
    elif standing:
        told.refreshed.append((standing.id, finding))
    elif any(alert.closed_why in _DONE_WITH for alert in same):
        return
    elif same:
        told.reopened.append((same[0].id, finding))
    elif finding.is_news:
        told.raised.append(finding)


def _why_gone(alert: KnownAlert, has_bought_after: Callable[[int, date], bool]) -> str:
    is_back = alert.episode.kind == "silence" and has_bought_after(alert.party, alert.episode.since)
    return "bought" if is_back else "withdrawn"
