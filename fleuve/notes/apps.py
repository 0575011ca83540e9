"""Registration of the notes module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotesConfig(AppConfig):
    """Shows notes and files on a customer's page, in their history and to search."""

    name = "fleuve.notes"
    label = "notes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.accounts.notices import register_notice
        from fleuve.api import register_router
        from fleuve.notes.api import contacts_router, files_router, notes_router
        from fleuve.notes.finding import mentioned_in, register_kinds
        from fleuve.notes.models import File, Note
        from fleuve.notes.panels import file_panel, moments, note_panel
        from fleuve.notes.trash import removed_files, removed_notes
        from fleuve.parties.hanging import register_hanging
        from fleuve.ui import register_moments, register_panel
        from fleuve.ui.trash import register_trash

        register_kinds()
        register_moments(moments)
        register_panel(
            "customer.notes", "customer.main", 10, note_panel, "notes/note_panel.html", title=_("Notes and contacts")
        )
        register_panel("customer.files", "customer.side", 40, file_panel, "notes/file_panel.html", title=_("Files"))
        register_notice("mention", "note", _("%(name)s mentions you in a note"), mentioned_in)
        register_trash("notes", _("Notes"), 30, removed_notes)
        register_trash("files", _("Files"), 40, removed_files)
        register_hanging(Note)
        register_hanging(File)
        for place, router in enumerate((notes_router, files_router, contacts_router)):
            register_router(router, order=30 + place)
