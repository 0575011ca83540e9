"""Registration of the changes module."""

from __future__ import annotations

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "fleuve.changes"
    label = "changes"
    default_auto_field = "django.db.models.BigAutoField"
