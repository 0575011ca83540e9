"""The operations of imports and of scheduled imports."""

from __future__ import annotations

from fleuve.imports.api.files import router as files_router
from fleuve.imports.api.plans import router as plans_router

__all__ = ["files_router", "plans_router"]
