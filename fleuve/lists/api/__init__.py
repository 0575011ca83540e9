"""The operations of lists: customers asked for, views, bulk edits, exports."""

from __future__ import annotations

from fleuve.lists.api.bulk_edits import router as bulk_router
from fleuve.lists.api.exports import router as exports_router
from fleuve.lists.api.lists import router

__all__ = ["bulk_router", "exports_router", "router"]
