"""The verbs of webhooks, one a file."""

from __future__ import annotations

from fleuve.webhooks.actions.add_endpoint import add_endpoint
from fleuve.webhooks.actions.change_endpoint import change_endpoint
from fleuve.webhooks.actions.claim_deliveries import claim_deliveries, wake
from fleuve.webhooks.actions.prune import prune
from fleuve.webhooks.actions.queue_deliveries import queue_deliveries
from fleuve.webhooks.actions.remove_endpoint import remove_endpoint
from fleuve.webhooks.actions.repeat_delivery import repeat_delivery
from fleuve.webhooks.actions.rotate_secret import rotate_secret
from fleuve.webhooks.actions.send_test import send_test
from fleuve.webhooks.actions.settle_deliveries import settle_deliveries
from fleuve.webhooks.actions.switch_endpoint import switch_off_after_restore, switch_off_endpoint, switch_on_endpoint

__all__ = [
    "add_endpoint",
    "change_endpoint",
    "claim_deliveries",
    "prune",
    "queue_deliveries",
    "remove_endpoint",
    "repeat_delivery",
    "rotate_secret",
    "send_test",
    "settle_deliveries",
    "switch_off_after_restore",
    "switch_off_endpoint",
    "switch_on_endpoint",
    "wake",
]
