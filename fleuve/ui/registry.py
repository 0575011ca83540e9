"""What higher modules hand down to the shell: menu items, palette entries, the organisation, saved preferences.

Registration happens once, in ``apps.ready``; registering the same key again replaces the earlier entry, so that a
reloaded module does not appear twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from django.http import HttpRequest
from django.utils.functional import Promise

from fleuve.kernel.principal import Principal, may

__all__ = [
    "MENU_GROUPS",
    "MenuItem",
    "OrganisationLike",
    "PaletteEntry",
    "PaletteProvider",
    "menu_for",
    "palette_providers",
    "register_menu",
    "register_notice_count",
    "register_organisation",
    "register_palette",
    "register_preferences",
    "registered_organisation",
    "save_preference",
    "unseen_notices",
]

MENU_GROUPS: Final = ("main", "data", "settings")

Text = str | Promise


class OrganisationLike(Protocol):
    """What the shell shows of the organisation."""

    name: str
    is_example: bool


@dataclass(frozen=True)
class MenuItem:
    """One destination of the navigation."""

    key: str
    label: Text
    url_name: str
    order: int
    verb: str = "read"
    icon: str = "circle"
    group: str = "main"


@dataclass(frozen=True)
class PaletteEntry:
    """One line of the command palette: where it goes, and under which heading it stands."""

    label: Text
    url: str
    hint: Text = ""
    group: Text = ""


PaletteProvider = Callable[[Principal, str, datetime], Iterable[PaletteEntry]]
PreferenceSaver = Callable[[HttpRequest, str, str], None]
OrganisationProvider = Callable[[], OrganisationLike]

_menu: dict[str, MenuItem] = {}
_palette: dict[str, PaletteProvider] = {}
_single: dict[str, Any] = {}


def register_menu(
    key: str,
    label: Text,
    url_name: str,
    order: int,
    verb: str = "read",
    icon: str = "circle",
    group: str = "main",
) -> None:
    """Add a destination, shown to principals who may do ``verb``."""
    if group not in MENU_GROUPS:
        raise ValueError(f"unknown menu group {group!r}: use one of {', '.join(MENU_GROUPS)}")
    _menu[key] = MenuItem(key, label, url_name, order, verb, icon, group)


def register_palette(provider: PaletteProvider) -> PaletteProvider:
    """Add a source of palette entries; usable as a decorator."""
    _palette[f"{provider.__module__}.{getattr(provider, '__qualname__', id(provider))}"] = provider
    return provider


def register_organisation(provider: OrganisationProvider) -> None:
    """Name the function that answers the one organisation."""
    _single["organisation"] = provider


def register_preferences(saver: PreferenceSaver) -> None:
    """Name the function that keeps a signed-in person's language, theme or density."""
    _single["preferences"] = saver


def register_notice_count(counter: Callable[[Principal], int]) -> None:
    """Name the function that counts what somebody was told and has not seen."""
    _single["notices"] = counter


def unseen_notices(principal: Principal) -> int:
    """What the frame shows beside the bell."""
    counter: Callable[[Principal], int] | None = _single.get("notices")
    return counter(principal) if counter else 0


def menu_for(principal: Principal) -> list[MenuItem]:
    """The destinations of this principal, in order."""
    allowed = (item for item in _menu.values() if may(principal, item.verb))
    return sorted(allowed, key=lambda item: (MENU_GROUPS.index(item.group), item.order, item.key))


def palette_providers() -> list[PaletteProvider]:
    """Every registered source, in order of registration."""
    return list(_palette.values())


def registered_organisation() -> OrganisationLike | None:
    """The organisation, or None before ``accounts`` is ready."""
    provider: OrganisationProvider | None = _single.get("organisation")
    return provider() if provider else None


def save_preference(request: HttpRequest, name: str, value: str) -> None:
    """Hand the choice to the registered saver, if there is one."""
    saver: PreferenceSaver | None = _single.get("preferences")
    if saver:
        saver(request, name, value)
