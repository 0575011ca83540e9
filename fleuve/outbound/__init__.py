"""The only way out: requests to addresses that people typed, which must never reach this machine or its network.

``fetch`` looks a name up once, insists that every answer is a public address, and connects to the very address that it
judged. It follows no redirect, asks no proxy, and reads no more and waits no longer than it was told. The rules and
their table are in ``docs/rules/outbound.md``.
"""

from __future__ import annotations

from fleuve.outbound.errors import OutboundError, OutboundFailed, OutboundRefused, sentence_of
from fleuve.outbound.fetch import Answer, allow_for_tests, fetch
from fleuve.outbound.target import Target, target_of

__all__ = [
    "Answer",
    "OutboundError",
    "OutboundFailed",
    "OutboundRefused",
    "Target",
    "allow_for_tests",
    "fetch",
    "sentence_of",
    "target_of",
]
