"""Registration of the alerts module: what it hears, its attributes, menu and panels."""

from __future__ import annotations

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "fleuve.alerts"
    label = "alerts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.alerts.actions import ask_for_judging
        from fleuve.alerts.attributes import register_attributes
        from fleuve.events import listen

        listen("value.revalued", ask_for_judging, mode="same_transaction")
        register_attributes()
