"""The operations of customers, their ties, and the fields and tags of the house."""

from __future__ import annotations

from fleuve.parties.api.house import router as house_router
from fleuve.parties.api.ties import router

__all__ = ["house_router", "router"]
