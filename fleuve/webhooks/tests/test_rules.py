"""Signatures, the schedule and bodies: docs/rules/webhooks.md, without a database."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fleuve.webhooks.rules import (
    ATTEMPTS,
    SECRET_PREFIX,
    body_of,
    is_gone,
    is_taken,
    message_id,
    next_attempt_at,
    secret_text,
    signature_header,
)

NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
_PAGE = Path(__file__).resolve().parents[3] / "docs" / "rules" / "webhooks.md"


def _rows(heading: str) -> list[list[str]]:
    text = _PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n##")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_the_published_vector_is_signed_as_published() -> None:
    """Standard Webhooks 1.0.0, the example of its reference libraries."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert secret_text(secret) == f"{SECRET_PREFIX}MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    header = signature_header([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')
    assert header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_sign_side_by_side() -> None:
    both = signature_header([b"new", b"old"], "msg_1", 1, "{}")
    assert both.split(" ") == [
        signature_header([b"new"], "msg_1", 1, "{}"),
        signature_header([b"old"], "msg_1", 1, "{}"),
    ]


@pytest.mark.parametrize(("attempt", "pause", "since_first"), _rows("When it is tried again"))
def test_the_schedule_is_the_table(attempt: str, pause: str, since_first: str) -> None:
    """The table "When it is tried again"."""
    at, first = NOW, NOW
    for number in range(1, int(attempt)):
        before = at
        again = next_attempt_at(number, at, 0.5)
        assert again is not None
        at = again
    if int(attempt) > 1:
        assert _said(at - before) == pause
        assert _said(at - first) == since_first


def _said(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    words = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join(f"{count} {unit}" for count, unit in words if count)


def test_after_the_last_attempt_there_is_none() -> None:
    assert next_attempt_at(ATTEMPTS, NOW, 0.5) is None
    assert next_attempt_at(ATTEMPTS + 5, NOW, 0.5) is None


@pytest.mark.parametrize(("draw", "seconds"), [(0.0, 270), (0.5, 300), (0.999999, 330)])
def test_a_pause_is_spread_by_a_tenth(draw: float, seconds: int) -> None:
    again = next_attempt_at(2, NOW, draw)
    assert again is not None
    assert round((again - NOW).total_seconds()) == seconds


@pytest.mark.parametrize(("answer", "taken", "gone"), [row[:3] for row in _rows("What an answer means")])
def test_an_answer_means_what_the_table_says(answer: str, taken: str, gone: str) -> None:
    """The table "What an answer means"."""
    status = int(answer) if answer.isdigit() else None
    assert is_taken(status) is (taken == "yes")
    assert is_gone(status) is (gone == "yes")


def test_ids_of_messages_are_letters_and_digits_and_differ() -> None:
    ids = {message_id(number) for number in (1, 61, 62, 2**62, 2**63 - 1)}
    assert len(ids) == 5
    assert all(one.removeprefix("msg_").isalnum() and len(one) <= 40 for one in ids)


def test_a_body_holds_ids_as_text_so_that_javascript_reads_them_whole() -> None:
    at = datetime(2026, 3, 1, 10, 0, 0, 5, tzinfo=UTC)
    data = {"party": 2**60 + 1, "rows": 3, "is_new": True, "parties": [2**60, 1]}
    body = body_of("a.b", at, subject=("party", "7"), by=("user", "3"), data=data, event="9")
    assert json.loads(body) == {
        "type": "a.b",
        "timestamp": "2026-03-01T10:00:00.000005Z",
        "data": {
            "event": "9",
            "subject": {"kind": "party", "id": "7"},
            "by": {"kind": "user", "id": "3"},
            "details": {"party": str(2**60 + 1), "rows": 3, "is_new": True, "parties": [str(2**60), 1]},
        },
    }
