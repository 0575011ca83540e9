"""Registration of the history module."""

from __future__ import annotations

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "fleuve.history"
    label = "history"
    default_auto_field = "django.db.models.BigAutoField"
