"""What changes how purchases are read, and what people write down of contacts."""

from __future__ import annotations

from fleuve.touchpoints.actions.configure_source import configure_source
from fleuve.touchpoints.actions.record_interaction import record_interaction
from fleuve.touchpoints.actions.set_product_kind import set_product_kind
from fleuve.touchpoints.actions.undo_interaction import undo_interaction

__all__ = ["configure_source", "record_interaction", "set_product_kind", "undo_interaction"]
