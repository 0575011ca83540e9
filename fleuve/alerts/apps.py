"""Registration of the alerts module."""

from __future__ import annotations

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "fleuve.alerts"
    label = "alerts"
    default_auto_field = "django.db.models.BigAutoField"
