"""Registration of the workspace: menu, palette, search, panels."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    name = "fleuve.workspace"
    label = "workspace"

    def ready(self) -> None:
        from fleuve.api import register_router
        from fleuve.ui import register_customer_door, register_menu, register_palette, register_panel
        from fleuve.workspace.api import router
        from fleuve.workspace.palette import pages
        from fleuve.workspace.panels import customer_door, history_panel, news_panel

        register_menu("today", _("Today"), "workspace:today", 5, icon="house")
        register_menu(
            "portfolio", _("Portfolio"), "workspace:portfolio", 10, verb="figures", icon="chart-no-axes-combined"
        )
        register_menu("retention", _("Retention"), "workspace:retention", 20, verb="figures", icon="repeat")
        register_menu("customers", _("Customers"), "workspace:customers", 30, icon="users")
        register_menu("matrix", _("Value × loyalty"), "workspace:matrix", 38, verb="figures", icon="layout-dashboard")
        register_menu("budgets", _("Budgets"), "budgets:page", 40, verb="figures", icon="scale")
        register_menu("imports", _("Imports"), "imports:list", 50, icon="file-up", group="data", verb="read")
        register_menu(
            "understood",
            _("What I understood"),
            "history:understood",
            60,
            verb="figures",
            icon="book-open-check",
            group="data",
        )
        register_menu("jobs", _("Background work"), "jobs:list", 70, icon="loader", group="data", verb="operate")
        register_menu("settings", _("Settings"), "workspace:settings", 80, icon="settings", group="settings")
        register_palette(pages)
        register_router(router, order=80)
        register_customer_door(customer_door)
        register_panel("workspace.news", "today.side", 20, news_panel, "workspace/_news.html", is_lazy=False)
        register_panel(
            "customer.history", "customer.main", 50, history_panel, "workspace/_history.html", title=_("History")
        )
