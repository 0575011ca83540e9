"""Registration of the parties module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "fleuve.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.api import register_router
        from fleuve.parties.api import house_router, router
        from fleuve.parties.attributes import register_attributes
        from fleuve.parties.finding import register_kinds
        from fleuve.parties.panels import changes_panel, record_panel
        from fleuve.parties.removed import removed_customers, removed_fields, removed_tags
        from fleuve.ui import register_menu, register_panel
        from fleuve.ui.trash import register_trash

        register_attributes()
        template = "parties/_record_panel.html"
        register_panel("customer.record", "customer.side", 10, record_panel, template, title=_("Looked after by"))
        template = "parties/_changes_panel.html"
        register_panel("customer.changes", "customer.main", 80, changes_panel, template, title=_("Change history"))
        register_trash("customers", _("Customers"), 10, removed_customers)
        register_trash("tags", _("Tags"), 60, removed_tags, verb="configure")
        register_trash("fields", _("Own fields"), 70, removed_fields, verb="configure")
        register_menu("trash", _("Trash"), "parties:trash", 65, icon="trash-2", group="data", verb="write")
        register_menu(
            "fields",
            _("Own fields"),
            "parties:fields",
            84,
            icon="sliders-horizontal",
            group="settings",
            verb="configure",
        )
        register_menu("tags", _("Tags"), "parties:tag_list", 86, icon="tag", group="settings", verb="configure")
        register_kinds()
        register_router(router, order=20)
        register_router(house_router, order=70)
