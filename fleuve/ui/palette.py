"""What the palette finds: what modules provide, whatever search finds, then pages of the menu, grouped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.kernel.principal import Principal
from fleuve.kernel.search_text import fold
from fleuve.search.queries import find as search
from fleuve.ui.context import menu_links
from fleuve.ui.registry import PaletteEntry, palette_providers

__all__ = ["PaletteGroup", "find"]

_PER_GROUP = 8


@dataclass(frozen=True)
class PaletteGroup:
    """Entries under one heading."""

    label: str
    entries: list[PaletteEntry]


def find(principal: Principal, query: str, now: datetime) -> list[PaletteGroup]:
    """Entries for ``query``; for an empty one the pages and the providers' suggestions."""
    groups: dict[str, list[PaletteEntry]] = {}
    known: set[str] = set()
    for entry in _entries(principal, query, now):
        if entry.url not in known:  # a page that a provider names too is shown once
            known.add(entry.url)
            groups.setdefault(str(entry.group) or _("Other"), []).append(entry)
    return [PaletteGroup(label, entries[:_PER_GROUP]) for label, entries in groups.items()]


def _entries(principal: Principal, query: str, now: datetime) -> Iterator[PaletteEntry]:
    for provider in palette_providers():
        yield from provider(principal, query, now)
    yield from _things(principal, query)
    yield from _pages(principal, query)


def _things(principal: Principal, query: str) -> Iterator[PaletteEntry]:
    answer = search(query, principal, per_group=_PER_GROUP)
    for group in answer.groups:
        for shown in group.hits:
            yield PaletteEntry(shown.hit.title, shown.hit.url, shown.hit.hint, group.label)
    if answer:
        url = f"{reverse('search:page')}?{urlencode({'q': query})}"
        yield PaletteEntry(_("All that is found"), url, group=_("Search"))


def _pages(principal: Principal, query: str) -> list[PaletteEntry]:
    wanted = fold(query)
    links = [link for group in menu_links(principal, "") for link in group.links]
    return [PaletteEntry(link.label, link.url, group=_("Pages")) for link in links if wanted in fold(str(link.label))]
