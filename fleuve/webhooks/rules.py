"""Decisions about deliveries on plain values: what is sent, how it is signed, when it is tried again.

The tables are in docs/rules/webhooks.md.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

__all__ = [
    "ATTEMPTS",
    "FAILURES_BEFORE_NOTICE",
    "LONGEST_FAILING",
    "MESSAGE_TIMEOUT_SECONDS",
    "MOST_ANSWER_BYTES",
    "PAUSE_WHILE_FAILING",
    "SECRET_OVERLAP",
    "SECRET_PREFIX",
    "body_of",
    "is_gone",
    "is_taken",
    "message_id",
    "next_attempt_at",
    "secret_text",
    "signature_header",
]

# Seconds after the attempt before: the schedule that Standard Webhooks proposes, 75 hours and 35 minutes in all.
_PAUSES: Final = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
ATTEMPTS: Final = len(_PAUSES)
_JITTER: Final = 0.1
FAILURES_BEFORE_NOTICE: Final = 20
LONGEST_FAILING: Final = timedelta(days=5)
PAUSE_WHILE_FAILING: Final = timedelta(minutes=5)
SECRET_OVERLAP: Final = timedelta(hours=24)
MESSAGE_TIMEOUT_SECONDS: Final = 15.0
MOST_ANSWER_BYTES: Final = 64 * 1024
SECRET_PREFIX: Final = "whsec_"

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# JavaScript counts in doubles: a greater whole number would arrive as its neighbour.
_LARGEST_NUMBER: Final = 2**53 - 1


def next_attempt_at(attempt: int, at: datetime, draw: float) -> datetime | None:
    """When to try again after the ``attempt``-th failed at ``at``; nothing after the last.

    ``draw`` in [0, 1) moves the moment by up to a tenth to either side: .5 is exactly the schedule.
    """
    if attempt >= ATTEMPTS:
        return None
    return at + timedelta(seconds=_PAUSES[attempt] * (1 + _JITTER * (2 * draw - 1)))


def is_taken(status: int | None) -> bool:
    """Whether the receiver said yes. A redirect is a no: following it could lead anywhere."""
    return status is not None and 200 <= status < 300


def is_gone(status: int | None) -> bool:
    """Whether the receiver asked never to be told again."""
    return status == 410


def message_id(number: int) -> str:
    """The ``webhook-id`` of a delivery: the same at each attempt, so that a receiver can drop the second."""
    digits = ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return f"msg_{digits}"


def body_of(
    fact: str, at: datetime, *, subject: tuple[str, str], by: tuple[str, str], data: Mapping[str, Any], event: str = ""
) -> str:
    """The message: what happened, when, to what, by whom. Ids and codes only; whoever may know more asks for it."""
    told = {
        "event": event,
        "subject": {"kind": subject[0], "id": subject[1]},
        "by": {"kind": by[0], "id": by[1]},
        "details": _for_javascript(data),
    }
    timestamp = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return json.dumps({"type": fact, "timestamp": timestamp, "data": told}, separators=(",", ":"))


def _for_javascript(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _for_javascript(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_for_javascript(one) for one in value]
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and abs(value) > _LARGEST_NUMBER else value


def secret_text(secret: bytes) -> str:
    """A secret as receivers are given it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signature_header(secrets: Iterable[bytes], message: str, timestamp: int, body: str) -> str:
    """``webhook-signature``: one signature a secret, so that a receiver may change over while both are good."""
    signed = f"{message}.{timestamp}.{body}".encode()
    digests = (hmac.new(secret, signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
