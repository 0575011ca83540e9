"""Registration of the imports module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """Adds its pages to the menu, tells of plans, and hears when the job of an import is cancelled before it began."""

    name = "fleuve.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.accounts.notices import register_notice
        from fleuve.api import register_router
        from fleuve.imports.actions.hear_job_fact import hear_job_fact
        from fleuve.imports.api import files_router, plans_router
        from fleuve.imports.pages.plans import notices_about, removed_plans
        from fleuve.jobs import hear_job_facts
        from fleuve.ui import register_menu
        from fleuve.ui.trash import register_trash

        register_menu(key="imports", label=_("Imports"), url_name="imports:list", order=70, icon="upload", group="data")
        hear_job_facts(hear_job_fact)
        register_menu(
            "plans", _("Scheduled imports"), "imports:plans", 52, verb="import", icon="calendar", group="data"
        )
        register_trash("plans", _("Scheduled imports"), 80, removed_plans, verb="import")
        register_notice("plan_waits", "plan", _("A scheduled import waits for you to look at its file."), notices_about)
        register_notice("plan_failed", "plan", _("A scheduled import could not have its file."), notices_about)
        register_notice("plan_paused", "plan", _("A scheduled import was paused: it failed five times."), notices_about)
        register_router(files_router, order=50)
        register_router(plans_router, order=51)
