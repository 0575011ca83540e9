"""The tables of lists: their mirror, saved views, bulk edits and exports."""

from __future__ import annotations

from fleuve.lists.models.bulk import BulkConflict, BulkRun
from fleuve.lists.models.export import Export, ExportLimit
from fleuve.lists.models.mirror import CardMark, Mirror
from fleuve.lists.models.view import View

__all__ = ["BulkConflict", "BulkRun", "CardMark", "Export", "ExportLimit", "Mirror", "View"]
