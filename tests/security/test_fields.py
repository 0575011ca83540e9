"""What is closed to somebody stands on no page of theirs: contact details without ``personal``, fields by rule."""

from __future__ import annotations

import pytest
from django.test import Client

from fleuve.accounts.actions import set_field_rule
from fleuve.accounts.tests.cast import client_of
from fleuve.kernel.guard import verb_of
from fleuve.kernel.principal import SYSTEM, may
from fleuve.parties.models import PartyCard, Record
from tests.security.test_matrix import ROUTES, SCOPED, _address, _asked, _body
from tests.security.world import World, build_world

_SECRET = "SECRET-42"


@pytest.fixture
def world(db: None) -> World:
    found = build_world()
    Record.objects.update(city=_SECRET)
    PartyCard.objects.update(city=_SECRET)
    return found


def _pages_that_show(world: World, person: str, words: str) -> list[str]:
    """The pages of somebody on which the words stand."""
    principal = world.users[person].principal
    client = client_of(world.users[person], Client(raise_request_exception=False))
    found = []
    for name, (pattern, entry) in ROUTES.items():
        if not may(principal, verb_of(entry.callback)) or ("<" in pattern and name not in SCOPED):
            continue
        address = _address(world, name, "Sam") if name in SCOPED else pattern
        response, _written = _asked(client, "get", address)
        if response.status_code == 200 and words in _body(response):
            found.append(name)
    return found


def test_a_hidden_field_stands_on_no_page(world: World) -> None:
    assert "workspace:customer" in _pages_that_show(world, "Ann", _SECRET), "it is there before it is hidden"
    set_field_rule(role="agent", attribute="city", may="hidden", by=SYSTEM, at=world.users["Ann"].created_at)
    assert _pages_that_show(world, "Ann", _SECRET) == []


def test_contact_details_stand_on_no_page_of_whoever_may_not_see_them(world: World) -> None:
    assert "workspace:customer" in _pages_that_show(world, "Ann", "customers.example")
    assert _pages_that_show(world, "Ray", "customers.example") == []
