"""Refusals of touchpoints.

FleuveError
└── TouchpointsError
    ├── InteractionRefused    what is written down is no point of contact
    ├── SettingRefused    an answer about a source is out of its range or unknown
    └── SettingsMoved     somebody else saved these answers in the meantime
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["InteractionRefused", "SettingRefused", "SettingsMoved", "TouchpointsError"]


class TouchpointsError(FleuveError):
    """Something about purchases cannot be done as asked."""

    code = "touchpoints_error"


class InteractionRefused(TouchpointsError):
    """The contact was not kept, or not taken back; nothing changed."""

    code = "interaction_refused"
    status = 422


class SettingRefused(TouchpointsError):
    """The named answer cannot be stored; the sentence says what would do."""

    code = "setting_refused"
    status = 422


class SettingsMoved(TouchpointsError):
    """The answers were changed after they were shown."""

    code = "settings_moved"
    status = 409
