"""Registration of the history module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    name = "fleuve.history"
    label = "history"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.events import listen
        from fleuve.history.actions import mark_changed_months
        from fleuve.ui import register_menu

        listen("touchpoints.purchases_changed", mark_changed_months, mode="same_transaction")
        register_menu(
            key="understood",
            label=_("What I understood"),
            url_name="history:understood",
            order=20,
            icon="eye",
            group="data",
        )
