"""Registration of the attributes module."""

from __future__ import annotations

from django.apps import AppConfig


class AttributesConfig(AppConfig):
    name = "fleuve.attributes"
    label = "attributes"
    default_auto_field = "django.db.models.BigAutoField"
