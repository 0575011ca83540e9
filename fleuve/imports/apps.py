"""Registration of the imports module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """Adds *Imports* to the menu and hears when the job of an import is cancelled before it began."""

    name = "fleuve.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.imports.actions.hear_job_fact import hear_job_fact
        from fleuve.jobs import hear_job_facts
        from fleuve.ui import register_menu

        register_menu(key="imports", label=_("Imports"), url_name="imports:list", order=70, icon="upload", group="data")
        hear_job_facts(hear_job_fact)
