"""Errors of alerts.

FleuveError
├── AlertRefused       what was asked of an alert cannot be done; the sentence says why
│   └── NoSuchAlert    no alert with this number, or none that this person may see
└── EditedMeanwhile    somebody else dealt with it since it was opened
Exception
└── RunReplaced        a newer run has begun; this one writes nothing more
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["AlertRefused", "NoSuchAlert", "RunReplaced"]


class AlertRefused(FleuveError):
    """What was asked of an alert cannot be done."""

    code = "alert_refused"


class NoSuchAlert(AlertRefused):
    """No alert with this number, or none that this person may see."""

    code = "no_such_alert"
    status = 404


class RunReplaced(Exception):
    """Another run was started after this one: its findings win, and this one stops without effect."""
