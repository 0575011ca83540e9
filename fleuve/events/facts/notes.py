"""The facts of notes."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("notes.note_written", _("Note written"), "A note was written; data: the customer.", is_public=True),
    Fact("notes.note_changed", _("Note changed"), "A note was rewritten, pinned or unpinned.", is_public=True),
    Fact("notes.note_removed", _("Note put into the trash"), "A note was put into the trash.", is_public=True),
    Fact("notes.note_restored", _("Note restored"), "A note came back out of the trash."),
    Fact("notes.file_added", _("File attached"), "A file was attached; data: size and digest.", is_public=True),
    Fact("notes.file_removed", _("Attached file put into the trash"), "An attached file was put into the trash."),
    Fact("notes.file_restored", _("Attached file restored"), "An attached file came back out of the trash."),
)
