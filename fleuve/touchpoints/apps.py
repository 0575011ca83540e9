"""Registration of the touchpoints module."""

from __future__ import annotations

from django.apps import AppConfig


class TouchpointsConfig(AppConfig):
    name = "fleuve.touchpoints"
    label = "touchpoints"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.accounts.queries import register_currency_holder
        from fleuve.api import register_router
        from fleuve.touchpoints.api import router
        from fleuve.touchpoints.queries import stores_amounts

        register_currency_holder(stores_amounts)
        register_router(router, order=45)
