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
    Fact(
        "imports.plan_saved", _("Scheduled import saved"), "A plan was made or changed; data: what, whether it is new."
    ),
    Fact(
        "imports.plan_paused",
        _("Scheduled import paused"),
        "A plan looks for no file any more; data: why (person, failing, restored, trash).",
        is_public=True,
    ),
    Fact("imports.plan_resumed", _("Scheduled import switched on"), "A plan looks for files again."),
    Fact(
        "imports.plan_ran",
        _("Scheduled import ran"),
        "A plan found a file, or could not have it; data: outcome (done, waits, failed) and its code.",
        is_public=True,
    ),
    Fact(
        "imports.plan_removed",
        _("Scheduled import removed or restored"),
        "A plan went into the trash or came back; data: which of the two.",
    ),
)
