"""A second factor that a role must have: docs/rules/sign-in.md."""

from __future__ import annotations

import pyotp
import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from fleuve.accounts.actions import create_user, require_second_factor
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Authenticator, Organisation, User
from fleuve.accounts.proof import is_open_without_factor
from fleuve.accounts.queries.factors import role_factors
from fleuve.accounts.sealing import unsealed_secret
from fleuve.accounts.tests.cast import client_of
from fleuve.accounts.tests.conftest import NOW, PASSWORD
from fleuve.accounts.tests.routes import all_routes
from fleuve.accounts.tests.test_second_factor import app_of, fresh
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM

_HERE = "/settings/profile/second-factor/"
# What somebody who must set one up may open besides: everything about setting it up, and the way out.
_OPEN = {
    "accounts:app",
    "accounts:app_secret",
    "accounts:codes",
    "accounts:confirmation",
    "accounts:factors",
    "accounts:passkey_options",
    "accounts:passkeys",
    "accounts:sign_out",
}


@pytest.fixture
def bob(organisation: Organisation) -> User:
    return create_user(email="bob@example.org", name="Bob", role="reader", password=PASSWORD, by=SYSTEM, at=NOW)


def require(*roles: str) -> None:
    require_second_factor(roles=roles, by=SYSTEM, at=NOW)


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_lacks_one_is_led_to_set_it_up_from_every_page(bob: User, method: str) -> None:
    require("reader")
    client = client_of(bob)
    for route in all_routes():
        if route.is_public or route.name in _OPEN:
            continue
        answer = getattr(client, method)(route.address())
        assert (route.name, answer.status_code) == (route.name, 302)
        assert answer["Location"] == _HERE, route.name


def test_only_the_pages_of_setting_up_and_the_way_out_stay_open() -> None:
    closed = [route for route in all_routes() if not route.is_public]
    found = {route.name for route in closed if is_open_without_factor(resolve(route.address()).func)}
    assert found == _OPEN


def test_a_program_and_a_fragment_are_told(bob: User) -> None:
    require("reader")
    client = client_of(bob)
    told = client.get("/customers/", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["code"]) == (403, "second_factor_needed")
    fragment = client.get("/customers/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, _HERE)


def test_other_roles_go_on_as_before(bob: User, as_alice: Client) -> None:
    require("reader")
    assert as_alice.get("/settings/users/").status_code == 200


def test_it_holds_from_the_next_click_and_ends_with_the_setting_up(bob: User) -> None:
    client = fresh(client_of(bob))
    assert client.get("/notices/").status_code == 200
    require("reader")
    assert "Your role needs a second factor" in client.get(_HERE).content.decode()
    client.post(f"{_HERE}app/secret/")
    assert client.get("/notices/").status_code == 302, "begun is not set up"
    app = pyotp.TOTP(unsealed_secret(Authenticator.objects.get().secret, bob.pk))
    client.post(f"{_HERE}app/", {"code": app.now()})
    assert client.get("/notices/").status_code == 200


def test_a_session_that_showed_none_shows_it_now_and_the_password_is_not_enough(bob: User) -> None:
    app = app_of(bob, timezone.now())
    client = client_of(bob)
    require("reader")
    asked = client.get("/notices/?before=5")
    assert asked["Location"] == "/settings/confirmation/?next=%2Fnotices%2F%3Fbefore%3D5"
    page = client.get("/settings/confirmation/").content.decode()
    assert "By a code" in page
    assert "By password" not in page
    client.post("/settings/confirmation/", {"password": PASSWORD})
    assert client.get("/notices/").status_code == 302
    client.post("/settings/confirmation/", {"code": app.now()})
    assert client.get("/notices/").status_code == 200


def test_a_new_colleague_is_led_there_too(bob: User, client: Client) -> None:
    require("reader")
    client.post("/sign-in/", {"username": bob.email, "password": PASSWORD})
    assert client.get("/")["Location"] == _HERE
    assert client.get(_HERE).status_code == 200
    assert client.post(f"{_HERE}app/secret/").status_code == 302, "the password was given just now"


def test_whoever_has_no_password_either_is_not_locked_out(organisation: Organisation) -> None:
    """As in the example, which is opened by a link: there is nothing to confirm with, and nothing asks for it."""
    dan = create_user(email="dan@example.org", name="Dan", role="reader", password=None, by=SYSTEM, at=NOW)
    require("reader")
    assert client_of(dan).post(f"{_HERE}app/secret/")["Location"] == f"{_HERE}app/"


def test_the_owner_requires_it_by_role_after_confirming(alice: User, bob: User, as_alice: Client) -> None:
    page = as_alice.get("/settings/second-factor/").content.decode()
    assert "Bob" in page
    asked = as_alice.post("/settings/second-factor/", {"role": ["reader"]})
    assert asked["Location"].startswith("/settings/confirmation/")
    as_alice.post("/settings/confirmation/", {"password": PASSWORD})
    as_alice.post("/settings/second-factor/", {"role": ["reader", "nonsense"]})
    as_alice.post("/settings/second-factor/", {"role": ["reader"]})
    assert Organisation.objects.get().second_factor_roles == ["reader"]
    told = Event.objects.get(name="accounts.second_factor_required")
    assert told.data == {"from": [], "to": ["reader"]}


def test_only_who_manages_users_requires_it_and_only_roles_that_exist(bob: User) -> None:
    with pytest.raises(PermissionRefused):
        require_second_factor(roles=["reader"], by=bob.principal, at=NOW)
    with pytest.raises(FactorRefused):
        require("citizen")
    assert client_of(bob).get("/settings/second-factor/").status_code == 403


def test_the_page_counts_who_lacks_one_by_role(alice: User, bob: User) -> None:
    app_of(alice)
    lines = {line.role: line for line in role_factors(alice.principal)}
    assert lines["owner"].lacking == ()
    assert lines["reader"].lacking == ("Bob",)
    assert (lines["seller"].people, lines["seller"].lacking) == (0, ())
