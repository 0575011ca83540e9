"""Refusals of touchpoints.

FleuveError
└── TouchpointsError
    ├── SettingRefused    an answer about a source is out of its range or unknown
    └── SettingsMoved     somebody else saved these answers in the meantime
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["SettingRefused", "SettingsMoved", "TouchpointsError"]


class TouchpointsError(FleuveError):
    """Something about purchases cannot be done as asked."""

    code = "touchpoints_error"


class SettingRefused(TouchpointsError):
    """The named answer cannot be stored; the sentence says what would do."""

    code = "setting_refused"
    status = 422


class SettingsMoved(TouchpointsError):
    """The answers were changed after they were shown."""

    code = "settings_moved"
    status = 409
