"""The facts of webhooks. None is public: a receiver is not told of receivers."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("webhooks.endpoint_added", _("Webhook added"), "An address to send facts to was added; data: how many facts."),
    Fact(
        "webhooks.endpoint_changed",
        _("Webhook changed"),
        "The name, address or facts of a webhook were changed; data: which.",
    ),
    Fact("webhooks.endpoint_enabled", _("Webhook switched on"), "Facts are sent to this address again."),
    Fact(
        "webhooks.endpoint_disabled",
        _("Webhook switched off"),
        "Nothing is sent to this address any more; data: why (person, gone, failing, restored), what was waiting.",
    ),
    Fact(
        "webhooks.endpoint_failing",
        _("Webhook fails"),
        "Many attempts in a row came to nothing; data: how many.",
    ),
    Fact("webhooks.endpoint_removed", _("Webhook removed"), "An address was removed with its secret."),
    Fact("webhooks.secret_rotated", _("Webhook secret renewed"), "A new secret was made; the old one signs one day."),
    Fact("webhooks.test_sent", _("Test message sent"), "A message was sent to a webhook to try it."),
    Fact("webhooks.delivery_repeated", _("Delivery repeated"), "A message was sent again; data: of which fact."),
)
