"""Registration of the lists module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "fleuve.lists"
    label = "lists"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.accounts.leaving import register_counter
        from fleuve.accounts.notices import register_notice
        from fleuve.api import register_router
        from fleuve.events import listen
        from fleuve.lists.actions import ask_for_behaviour, ask_for_mirror, mark_cards, reserve_export
        from fleuve.lists.api import bulk_router, exports_router, router
        from fleuve.lists.exporting.pages import people_who_export
        from fleuve.parties import register_marker
        from fleuve.ui import register_menu

        register_marker(mark_cards)
        register_counter(reserve_export)
        register_router(router, order=60)
        register_router(bulk_router, order=61)
        register_router(exports_router, order=62)
        listen("value.revalued", ask_for_mirror, mode="same_transaction")
        listen("history.rebuilt", ask_for_behaviour, mode="same_transaction")
        register_notice(
            "export_refused", "user", _("%(name)s was refused an export: too many rows in 24 hours"), people_who_export
        )
        register_notice(
            "export_near", "user", _("%(name)s took out four fifths of the rows of 24 hours"), people_who_export
        )
        register_menu("bulk", _("Bulk edits"), "lists:bulk_runs", 55, icon="pencil", group="data", verb="bulk")
        register_menu("exports", _("Exports"), "lists:exports", 56, icon="download", group="data", verb="export")
        register_menu(
            "export_limits",
            _("Export limits"),
            "lists:export_limits",
            16,
            icon="shield",
            group="settings",
            verb="manage_users",
        )
