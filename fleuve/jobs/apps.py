"""Registration of the jobs module."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "fleuve.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
