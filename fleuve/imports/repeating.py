"""When plans look for files, and what may stand in a plan: pure decisions, worked in docs/rules/imports.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter

__all__ = [
    "FAILURES_BEFORE_PAUSE",
    "LEAST_BETWEEN",
    "Outcome",
    "is_folder_name",
    "is_header_name",
    "is_header_value",
    "is_set_aside_too_much",
    "next_moment",
    "origin_of",
    "why_no_rhythm",
]

FAILURES_BEFORE_PAUSE: Final = 5
LEAST_BETWEEN: Final = timedelta(minutes=5)

_FOLDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}")
# What the request itself says: a second one would contradict it.
_KEPT_HEADERS: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "te", "trailer", "upgrade", "range", "expect"}
)
_ORIGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_COMPARED: Final = 60


@dataclass(frozen=True)
class Outcome:
    """What came of a run: ``done``, or it ``waits`` for a person, or ``failed``; ``code`` and ``values`` say it.

    ``has_more`` tells that other files wait behind this one.
    """

    kind: Literal["done", "waits", "failed"]
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    has_more: bool = False


def why_no_rhythm(cron: str) -> str:
    """The code of why an expression is no rhythm for a plan: ``cron_unreadable`` or ``cron_too_often``; empty if it is.

    Five fields; between two moments lie at least five minutes.
    """
    if len(cron.split()) != 5 or not croniter.is_valid(cron):
        return "cron_unreadable"
    try:
        moments = list(islice(croniter(cron, _ORIGIN, max_years_between_matches=10).all_next(datetime), _COMPARED))
    except CroniterError:  # the thirtieth of February
        return "cron_unreadable"
    if not moments:
        return "cron_unreadable"
    is_often = any(after - before < LEAST_BETWEEN for before, after in pairwise(moments))
    return "cron_too_often" if is_often else ""


def next_moment(cron: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of ``cron`` after now, read on the zone's wall clock."""
    wall = now.astimezone(zone).replace(tzinfo=None)
    found: datetime = croniter(cron, wall).get_next(datetime)
    return found.replace(tzinfo=zone).astimezone(UTC)


def is_folder_name(name: str) -> bool:
    """Whether it names one folder, and nothing above, below or beside it."""
    return bool(_FOLDER.fullmatch(name))


def is_header_name(name: str) -> bool:
    """Whether a request may carry a header of this name."""
    return bool(_TOKEN.fullmatch(name)) and name.lower() not in _KEPT_HEADERS


def is_header_value(value: str) -> bool:
    """Whether a header can say this: letters that print, on one line."""
    return value.isascii() and value.isprintable() and value == value.strip() and len(value) <= 4000


def origin_of(url: str) -> tuple[str, str]:
    """Scheme and host with its port: a secret was given for these."""
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


def is_set_aside_too_much(counts: Mapping[str, object]) -> bool:
    """Whether more than one row in ten cannot be read as before: the file is no longer what it was."""
    rows, aside = counts.get("rows"), counts.get("set_aside")
    return isinstance(rows, int) and isinstance(aside, int) and aside * 10 > rows
