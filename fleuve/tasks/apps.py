"""Registration of the tasks module."""

from __future__ import annotations

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "fleuve.tasks"
    label = "tasks"
    default_auto_field = "django.db.models.BigAutoField"
