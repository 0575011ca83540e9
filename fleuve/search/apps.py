"""Registration of the search module."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "fleuve.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
