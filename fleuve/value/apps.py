"""Registration of the value module."""

from __future__ import annotations

from django.apps import AppConfig


class ValueConfig(AppConfig):
    name = "fleuve.value"
    label = "value"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.value.attributes import register_attributes

        register_attributes()
