"""Registration of the events module."""

from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Writes down what the queue tells: ``jobs`` stands below and cannot record by itself."""

    name = "fleuve.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.events.actions.record_job_fact import record_job_fact
        from fleuve.jobs import hear_job_facts

        hear_job_facts(record_job_fact)
