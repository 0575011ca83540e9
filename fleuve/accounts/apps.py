"""Registration of the accounts module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Tells the modules below who and where the organisation is."""

    name = "fleuve.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.accounts.api import router
        from fleuve.accounts.notices import unseen_count
        from fleuve.accounts.queries.keys import caller_with
        from fleuve.accounts.registration import register_below
        from fleuve.accounts.views.viewings import viewings_panel
        from fleuve.api import register_router
        from fleuve.api.callers import provide_keys
        from fleuve.ui import register_notice_count, register_panel

        register_below()
        provide_keys(caller_with)
        register_router(router, order=10)
        template = "accounts/_viewings_panel.html"
        register_panel(
            "customer.viewings", "customer.side", 95, viewings_panel, template, verb="audit", title=_("Who looked")
        )
        register_notice_count(unseen_count)
