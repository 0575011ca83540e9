"""What changes how purchases are read."""

from __future__ import annotations

from fleuve.touchpoints.actions.configure_source import configure_source
from fleuve.touchpoints.actions.set_product_kind import set_product_kind

__all__ = ["configure_source", "set_product_kind"]
