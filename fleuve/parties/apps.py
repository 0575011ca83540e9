"""Registration of the parties module."""

from __future__ import annotations

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "fleuve.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.parties.attributes import register_attributes
        from fleuve.parties.finding import register_kinds

        register_attributes()
        register_kinds()
