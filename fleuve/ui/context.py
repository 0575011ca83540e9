"""The context processor of the application shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from fleuve.kernel.principal import ANONYMOUS, Principal
from fleuve.ui.preferences import density_of, theme_of
from fleuve.ui.registry import MENU_GROUPS, MenuItem, Text, menu_for, registered_organisation, unseen_notices

__all__ = ["MenuGroup", "MenuLink", "Shell", "menu_links", "principal_of", "shell"]


@dataclass(frozen=True)
class MenuLink:
    """A menu item as drawn: with its address and whether the page shown belongs to it."""

    key: str
    label: Text
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True)
class MenuGroup:
    """Menu links that stand together."""

    key: str
    links: list[MenuLink]


@dataclass(frozen=True)
class Shell:
    """What the frame around a page needs to know."""

    theme: str
    density: str
    language: str
    is_example: bool


def principal_of(request: HttpRequest) -> Principal:
    """Who asks: set by the middleware of accounts, else read from the session's user."""
    principal = getattr(request, "principal", None)
    if isinstance(principal, Principal):
        return principal
    user_principal = getattr(getattr(request, "user", None), "principal", None)
    return user_principal if isinstance(user_principal, Principal) else ANONYMOUS


def menu_links(principal: Principal, path: str) -> list[MenuGroup]:
    """The navigation of this principal on this page; the longest matching address is current."""
    found = [(item, url) for item in menu_for(principal) if (url := _address(item))]
    matches = [url for _item, url in found if path == url or (url != "/" and path.startswith(url))]
    current = max(matches, key=len, default="")
    links: dict[str, list[MenuLink]] = {}
    for item, url in found:
        links.setdefault(item.group, []).append(MenuLink(item.key, item.label, url, item.icon, url == current))
    return [MenuGroup(group, links[group]) for group in MENU_GROUPS if group in links]


def shell(request: HttpRequest) -> dict[str, Any]:
    """``principal``, ``organisation``, ``menu``, ``unseen_notices`` and ``shell`` for every template."""
    principal = principal_of(request)
    organisation = registered_organisation()
    return {
        "principal": principal,
        "organisation": organisation,
        "unseen_notices": SimpleLazyObject(lambda: unseen_notices(principal)),
        "menu": SimpleLazyObject(lambda: menu_links(principal, request.path)),
        "shell": Shell(
            theme=theme_of(request),
            density=density_of(request),
            language=get_language() or "en",
            is_example=bool(getattr(organisation, "is_example", False)),
        ),
    }


def _address(item: MenuItem) -> str:
    try:
        return reverse(item.url_name)
    except NoReverseMatch:  # a page that this build does not include
        return ""
