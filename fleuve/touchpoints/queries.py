"""What other modules ask about purchases as a whole."""

from __future__ import annotations

from fleuve.touchpoints.models import Purchase

__all__ = ["stores_amounts"]


def stores_amounts() -> bool:
    """Whether any purchase is stored: its amounts are in the organisation's currency, which is fixed from then on."""
    return Purchase.objects.exists()
