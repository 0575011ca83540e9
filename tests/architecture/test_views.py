from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver, resolve, reverse

from fleuve.kernel.guard import is_public, verb_of
from fleuve.kernel.principal import VERBS

# Open to strangers, each for its reason: signing in, first start, one-time links, health, the appearance that a browser
# remembers, and the examples of the drawer, which hold invented data only.
PUBLIC = {
    "api:openapi",
    "accounts:sign_in",
    "accounts:second",
    "accounts:passkey_sign_in",
    "accounts:passkey_challenge",
    "accounts:enter",
    "accounts:first_owner",
    "accounts:invitation",
    "accounts:new_password",
    "health_live",
    "health_ready",
    "metrics",
    "ui:living",
    "ui:preference",
}


# Anyone who is signed in may leave.
OWN_DOOR = {"accounts:sign_out"}


def _patterns(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for item in patterns:
        if isinstance(item, URLPattern):
            yield f"{prefix}{item.name}", item
        else:
            yield from _patterns(item.url_patterns, f"{item.namespace}:" if item.namespace else prefix)


# Operations of the API are opened by keys: tests/security asks each of them as everybody.
ROUTES = [
    (name, route)
    for name, route in _patterns(get_resolver().url_patterns)
    if not name.startswith("api:") or name == "api:openapi"
]


def test_only_these_pages_are_open_to_strangers() -> None:
    assert {name for name, route in ROUTES if is_public(route.callback)} == PUBLIC


@pytest.mark.parametrize(("name", "route"), ROUTES, ids=[name for name, _route in ROUTES])
def test_every_page_is_guarded_by_a_verb_and_says_what_it_is(name: str, route: URLPattern) -> None:
    view = route.callback
    assert verb_of(view) in VERBS
    assert name in PUBLIC | OWN_DOOR or hasattr(view, "guard_verb"), "decorate it with @guard(verb)"
    assert view.__doc__, "its first sentence is the reference's line"


def test_every_address_leads_to_its_own_page() -> None:
    """Two modules that claim one address would hide one page behind the other."""
    plain = [(name, route) for name, route in ROUTES if not (route.pattern.converters or route.pattern.regex.groups)]
    for name, _route in plain:
        address = reverse(name)
        assert resolve(address).view_name == name, address


def test_names_of_pages_are_unique() -> None:
    names = [name for name, _route in ROUTES]
    assert len(names) == len(set(names))
