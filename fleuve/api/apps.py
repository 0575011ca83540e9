"""Registration of the api module."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Lays the foundations on which the modules above put their operations."""

    name = "fleuve.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.api import jobs  # noqa: F401
