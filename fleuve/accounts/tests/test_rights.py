"""Reaches, single rights and field rules."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from fleuve.accounts.actions import change_role, create_user, set_field_rule, set_reach, set_right
from fleuve.accounts.errors import RightRefused
from fleuve.accounts.models import FieldRule, Grant, User
from fleuve.accounts.rules import rights_offered
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM, VERBS, may, sees

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(alice: User, now: datetime) -> User:
    return create_user(email="sam@example.org", name="Sam", role="seller", password=None, by=SYSTEM, at=now)


def test_a_right_is_given_taken_and_left_to_the_role_again(alice: User, sam: User, now: datetime) -> None:
    for state, holds in (("given", True), ("given", True), ("", False), ("", False)):
        set_right(user=sam, verb="export", state=state, by=alice.principal, at=now)
        assert may(sam.principal, "export") is holds
    set_right(user=sam, verb="personal", state="taken", by=alice.principal, at=now)
    assert not may(sam.principal, "personal")
    assert Event.objects.filter(name="accounts.grant_changed").count() == 3
    assert Grant.objects.filter(user=sam).count() == 2, "what was given stays on record"


@pytest.mark.parametrize(("verb", "state"), [("manage_users", "given"), ("read", "taken"), ("export", "taken")])
def test_what_needs_another_role_is_refused(alice: User, sam: User, verb: str, state: str, now: datetime) -> None:
    with pytest.raises(RightRefused):
        set_right(user=sam, verb=verb, state=state, by=alice.principal, at=now)


def test_owners_are_whole(alice: User, now: datetime) -> None:
    with pytest.raises(RightRefused):
        set_right(user=alice, verb="export", state="taken", by=SYSTEM, at=now)
    with pytest.raises(RightRefused):
        set_reach(user=alice, reads="own", writes="", by=SYSTEM, at=now)
    with pytest.raises(RightRefused):
        set_field_rule(role="owner", attribute="city", may="hidden", by=SYSTEM, at=now)


def test_a_right_given_beside_a_role_does_not_outlive_it(alice: User, sam: User, now: datetime) -> None:
    set_right(user=sam, verb="bulk", state="given", by=alice.principal, at=now)
    change_role(user=sam, role="reader", by=alice.principal, at=now)
    assert not may(sam.principal, "bulk")


def test_a_reach_replaces_the_roles(alice: User, sam: User, now: datetime) -> None:
    set_reach(user=sam, reads="all", writes="team", by=alice.principal, at=now)
    assert (sam.principal.read_reach, sam.principal.write_reach) == ("all", "team")
    for reads, writes in (("none", ""), ("everything", ""), ("", "some")):
        with pytest.raises(RightRefused):
            set_reach(user=sam, reads=reads, writes=writes, by=alice.principal, at=now)


def test_a_field_is_hidden_fixed_and_opened_again(alice: User, sam: User, now: datetime) -> None:
    for may_do in ("hidden", "read", "read", ""):
        set_field_rule(role="seller", attribute="city", may=may_do, by=alice.principal, at=now)
        found = sam.principal
        assert (not sees(found, "city"), "city" in found.fixed) == (may_do == "hidden", may_do == "read")
    assert not FieldRule.objects.exists()
    assert Event.objects.filter(name="accounts.field_rule_changed").count() == 3


def test_nobody_gives_rights_to_themselves(sam: User, now: datetime) -> None:
    with pytest.raises(PermissionRefused):
        set_right(user=sam, verb="export", state="given", by=sam.principal, at=now)


@pytest.mark.parametrize("role", User.Role.values)
def test_what_is_offered_differs_from_the_role(role: str) -> None:
    offered = rights_offered(role)
    assert set(offered) <= VERBS - {"read", "manage_users"}
    assert (role == "owner") == (not offered)


def test_the_pages_set_them(as_alice: Client, sam: User) -> None:
    as_alice.post(reverse("accounts:user_reach", args=[sam.pk]), {"reads": "all", "writes": ""})
    as_alice.post(reverse("accounts:user_rights", args=[sam.pk]), {"right-export": "given", "right-operate": "given"})
    sam.refresh_from_db()
    assert sam.principal.read_reach == "all"
    assert may(sam.principal, "export")
    assert not may(sam.principal, "operate")
    page = as_alice.get(reverse("accounts:user", args=[sam.pk])).content.decode()
    assert "Given to them" in page
    as_alice.post(reverse("accounts:role", args=["seller"]), {"field-city": "hidden", "field-nothing": "hidden"})
    assert sam.principal.hidden == {"city"}
    assert "1 field" in as_alice.get(reverse("accounts:roles")).content.decode()


@pytest.mark.parametrize("role", ["owner", "nobody"])
def test_only_roles_with_rules_have_a_page(as_alice: Client, role: str) -> None:
    assert as_alice.get(reverse("accounts:role", args=[role])).status_code == 404


def test_an_owner_has_no_rights_to_set(as_alice: Client, alice: User) -> None:
    answer = as_alice.post(reverse("accounts:user_reach", args=[alice.pk]), {"reads": "own", "writes": ""})
    assert answer.status_code == 409
