"""The facts of imports."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact("imports.file_received", _("File received"), "A file was handed in; data: size and digest."),
    Fact("imports.mapping_saved", _("Column mapping saved"), "The meaning of a source's columns was settled."),
    Fact(
        "imports.file_imported",
        _("File imported"),
        "A file was read into the database; data: counts by state.",
        is_public=True,
    ),
    Fact("imports.import_cancelled", _("Import cancelled"), "A person stopped an import; data: how far it was."),
    Fact("imports.import_undone", _("Import undone"), "A whole import was taken back; data: counts.", is_public=True),
)
