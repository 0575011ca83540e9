"""What the palette offers beside what search finds: pages, and things to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.kernel.principal import Principal, may
from fleuve.kernel.search_text import fold
from fleuve.ui import PaletteEntry
from fleuve.ui.registry import menu_for

__all__ = ["pages"]


def pages(principal: Principal, query: str, now: datetime) -> Iterator[PaletteEntry]:
    """Every page of the menu whose name holds the words, and things to do."""
    wanted = fold(query)
    for item in menu_for(principal):
        if wanted in fold(str(item.label)):
            yield PaletteEntry(item.label, reverse(item.url_name), "", _("Pages"))
    for label, url_name, verb in (
        (_("New customer"), "parties:new", "write"),
        (_("Import a file"), "imports:upload", "import"),
        (_("Export the list to call"), "workspace:call_list_export", "export"),
        (_("Customers that are slipping away"), "workspace:slipping", "read"),
    ):
        if may(principal, verb) and wanted in fold(label):
            yield PaletteEntry(label, reverse(url_name), "", _("Do"))
