"""Reads of accounts."""

from __future__ import annotations

from datetime import UTC, datetime

from fleuve.accounts.models import Organisation

__all__ = ["organisation"]


def organisation() -> Organisation:
    """The one organisation; an unsaved default before first start."""
    return Organisation.objects.order_by("id").first() or Organisation(created_at=datetime.now(UTC))
