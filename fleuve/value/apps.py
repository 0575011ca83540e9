"""Registration of the value module."""

from __future__ import annotations

from django.apps import AppConfig


class ValueConfig(AppConfig):
    name = "fleuve.value"
    label = "value"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.api import register_router
        from fleuve.events import listen
        from fleuve.value.actions import ask_for_placing
        from fleuve.value.api import router
        from fleuve.value.attributes import register_attributes

        listen("value.revalued", ask_for_placing, mode="same_transaction")
        register_attributes()
        register_router(router, order=50)
