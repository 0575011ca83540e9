"""Refusals of lists.

::

    FleuveError
    ├── BulkRefused    code bulk_nobody, bulk_too_many, bulk_without_value, bulk_of_one, bulk_of_required or bulk_state
    ├── ExportRefused  code export_limit_reached, export_unknown_form, export_limit_moved_on or export_no_such_limit
    └── ViewRefused    code view_without_name, view_name_taken or too_many_views
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["BulkRefused", "ExportRefused", "ViewRefused"]


class BulkRefused(FleuveError):
    """The bulk edit cannot be made, started or undone as it was asked for."""

    code = "bulk_refused"
    status = 409


class ExportRefused(FleuveError):
    """The list is not taken out; the sentence says how much may be, and when."""

    code = "export_refused"
    status = 403


class ViewRefused(FleuveError):
    """The view cannot be saved as it was asked for; the sentence says what would do."""

    code = "view_refused"
    status = 409
