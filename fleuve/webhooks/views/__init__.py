"""Pages of webhooks."""

from __future__ import annotations

from fleuve.webhooks.views.deliveries import delivery, delivery_repetition
from fleuve.webhooks.views.endpoints import endpoint, endpoint_new, endpoints
from fleuve.webhooks.views.steering import endpoint_removal, endpoint_secret, endpoint_state, endpoint_test

__all__ = [
    "delivery",
    "delivery_repetition",
    "endpoint",
    "endpoint_new",
    "endpoint_removal",
    "endpoint_secret",
    "endpoint_state",
    "endpoint_test",
    "endpoints",
]
