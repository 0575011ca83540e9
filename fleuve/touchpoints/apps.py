"""Registration of the touchpoints module."""

from __future__ import annotations

from django.apps import AppConfig


class TouchpointsConfig(AppConfig):
    name = "fleuve.touchpoints"
    label = "touchpoints"
    default_auto_field = "django.db.models.BigAutoField"
