"""One attempt: signed, sent through the guard, outside any transaction. Touches no table."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from fleuve.outbound import OutboundError, fetch
from fleuve.webhooks.rules import MESSAGE_TIMEOUT_SECONDS, MOST_ANSWER_BYTES, signature_header

__all__ = ["Attempt", "Outcome", "send"]


@dataclass(frozen=True)
class Attempt:
    """A claimed message, with all that sending it needs."""

    delivery_id: int
    endpoint_id: int
    number: int
    url: str
    message_id: str
    body: str
    secrets: tuple[bytes, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: a status, or the code of why there was none."""

    attempt: Attempt
    status: int | None
    error: str
    milliseconds: int


def send(attempt: Attempt, at: datetime) -> Outcome:
    """Send it now. ``at`` is the time that is signed; receivers refuse one that is minutes off."""
    if not attempt.secrets:
        return Outcome(attempt, None, "secret_unreadable", 0)
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": attempt.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_header(attempt.secrets, attempt.message_id, timestamp, attempt.body),
    }
    began = time.monotonic()
    try:
        answer = fetch(
            attempt.url,
            method="POST",
            headers=headers,
            body=attempt.body.encode(),
            most_bytes=MOST_ANSWER_BYTES,
            timeout_seconds=MESSAGE_TIMEOUT_SECONDS,
            by_purpose="webhooks",
        )
    except OutboundError as fault:
        return Outcome(attempt, None, fault.code, round((time.monotonic() - began) * 1000))
    return Outcome(attempt, answer.status, "", answer.milliseconds)
