"""Registration of the imports module."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "fleuve.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"
