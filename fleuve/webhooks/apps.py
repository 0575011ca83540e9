"""Registration of the webhooks module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """Hears every public fact that an endpoint wants, and shows its pages in the menu."""

    name = "fleuve.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.accounts.notices import register_notice
        from fleuve.api import register_router
        from fleuve.events.listening import listen_all
        from fleuve.kernel.measures import register
        from fleuve.ui import register_menu
        from fleuve.webhooks.actions import queue_deliveries
        from fleuve.webhooks.api import router
        from fleuve.webhooks.noticing import describe
        from fleuve.webhooks.queries import deliveries_waiting, is_wanted

        register_router(router, order=90)
        listen_all(queue_deliveries, wants=is_wanted)
        register("webhook_deliveries_waiting", "Webhook messages that wait to be sent.", deliveries_waiting)
        register_notice("webhook_failing", "endpoint", _("A webhook fails: its receiver accepts nothing."), describe)
        register_notice("webhook_off", "endpoint", _("A webhook was switched off."), describe)
        register_menu(
            "webhooks", _("Webhooks"), "webhooks:endpoints", 18, verb="configure", icon="send", group="settings"
        )
