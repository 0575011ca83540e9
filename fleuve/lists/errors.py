"""Refusals of lists.

::

    FleuveError
    └── ViewRefused    code view_without_name, view_name_taken or too_many_views
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["ViewRefused"]


class ViewRefused(FleuveError):
    """The view cannot be saved as it was asked for; the sentence says what would do."""

    code = "view_refused"
    status = 409
