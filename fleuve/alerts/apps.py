"""Registration of the alerts module: what it hears, its attributes, menu and panels."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "fleuve.alerts"
    label = "alerts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.alerts.actions import ask_for_judging
        from fleuve.alerts.api import router
        from fleuve.alerts.attributes import register_attributes
        from fleuve.alerts.panels import customer_panel, early_panel, today_panel
        from fleuve.api import register_router
        from fleuve.events import listen
        from fleuve.ui import register_menu, register_panel

        listen("value.revalued", ask_for_judging, mode="same_transaction")
        register_attributes()
        register_router(router, order=40)
        register_menu("alerts", _("Alerts"), "alerts:list", 36, icon="bell")
        register_panel("alerts.today", "today.main", 10, today_panel, "alerts/_today.html", is_lazy=False)
        register_panel("alerts.early", "today.side", 30, early_panel, "alerts/_early.html", is_lazy=False)
        register_panel("alerts.customer", "customer.main", 5, customer_panel, "alerts/_customer.html", is_lazy=False)
