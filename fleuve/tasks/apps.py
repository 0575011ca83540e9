"""Registration of the tasks module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    """Shows tasks on a customer's page, on today's page, in histories, in the menu and to search."""

    name = "fleuve.tasks"
    label = "tasks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.accounts.notices import register_notice
        from fleuve.api import register_router
        from fleuve.parties.hanging import register_hanging
        from fleuve.tasks.api import router
        from fleuve.tasks.finding import notices_about, register_kinds
        from fleuve.tasks.models import Task
        from fleuve.tasks.panels import customer_panel, moments, today_panel
        from fleuve.tasks.trash import removed_tasks
        from fleuve.ui import register_menu, register_moments, register_panel
        from fleuve.ui.trash import register_trash

        register_kinds()
        register_notice("assigned", "task", _("%(name)s gave you a task"), notices_about)
        register_notice("reminder", "task", _("A reminder of a task"), notices_about)
        register_trash("tasks", _("Tasks"), 20, removed_tasks)
        register_hanging(Task)
        register_router(router, order=34)
        register_moments(moments)
        register_panel(
            "customer.tasks", "customer.side", 10, customer_panel, "tasks/customer_panel.html", title=_("Tasks")
        )
        register_panel("today.tasks", "today.main", 20, today_panel, "tasks/today_panel.html", title=_("Tasks"))
        register_menu("tasks", _("Tasks"), "tasks:list", 35, icon="list-checks")
