"""Coming in: by password, by link, and the doors that stay shut."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fleuve.accounts import actions
from fleuve.accounts.models import User
from fleuve.accounts.tests.conftest import PASSWORD
from fleuve.events.models import Event
from fleuve.kernel.principal import SYSTEM

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


def _sign_in(client: Client, password: str = PASSWORD, **more: str) -> object:
    return client.post(SIGN_IN, {"username": "Alice@Example.org", "password": password, **more})


def test_the_right_password_opens_and_is_written_down(client: Client, alice: User) -> None:
    response = _sign_in(client, next="/settings/profile/")
    assert response["Location"] == "/settings/profile/"  # type: ignore[index]
    assert client.get("/settings/profile/").status_code == 200
    fact = Event.objects.get(name="accounts.user_signed_in")
    assert (fact.actor_id, fact.data) == (str(alice.pk), {"way": "password"})


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "word"]
)
def test_it_never_leads_away(client: Client, alice: User, wanted: str) -> None:
    assert _sign_in(client, next=wanted)["Location"] == "/"  # type: ignore[index]
    assert client.get(SIGN_IN, {"next": wanted})["Location"] == "/"


def test_a_wrong_password_says_one_thing_whatever_was_wrong(client: Client, alice: User, carol: User) -> None:
    tries = [("alice@example.org", "no"), ("nobody@example.org", PASSWORD), ("carol@example.org", PASSWORD)]
    sentences = set()
    for username, password in tries:
        page = client.post(SIGN_IN, {"username": username, "password": password}).content.decode()
        assert "do not go together" in page
        sentences.add(page.count("do not go together"))
    assert len(sentences) == 1
    assert not Event.objects.filter(name="accounts.user_signed_in").exists()


def test_the_door_stays_shut_after_too_many_tries(client: Client, alice: User) -> None:
    statuses = [_sign_in(client, "no").status_code for _attempt in range(8)]  # type: ignore[attr-defined]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    shut = _sign_in(client)
    assert shut.status_code == 429  # type: ignore[attr-defined]
    assert shut["Retry-After"] == "900"  # type: ignore[index]
    assert "quarter of an hour" in shut.content.decode()  # type: ignore[attr-defined]


def test_another_spelling_of_the_address_does_not_reopen_it(client: Client, alice: User) -> None:
    for _attempt in range(8):
        _sign_in(client, "no")
    response = client.post(SIGN_IN, {"username": " ALICE@example.org", "password": PASSWORD})
    assert response.status_code == 429


def test_a_colleague_is_not_shut_out_with_them(client: Client, alice: User, bob: User) -> None:
    for _attempt in range(8):
        _sign_in(client, "no")
    bob.set_password(PASSWORD)
    bob.save()
    response = client.post(SIGN_IN, {"username": "bob@example.org", "password": PASSWORD})
    assert response.status_code == 302


def test_the_session_key_changes_with_signing_in(client: Client, alice: User) -> None:
    session = client.session
    session["visited"] = True
    session.save()
    before = client.cookies["fleuve"].value
    _sign_in(client)
    assert client.cookies["fleuve"].value != before


def test_signing_out_ends_the_session(as_alice: Client) -> None:
    response = as_alice.post(reverse("accounts:sign_out"), follow=True)
    assert "You are signed out." in response.content.decode()
    assert as_alice.get("/settings/profile/").status_code == 302
    assert Event.objects.filter(name="accounts.user_signed_out").count() == 1


def test_a_disabled_user_is_out_with_their_next_click(as_bob: Client, bob: User, alice: User) -> None:
    assert as_bob.get("/settings/profile/").status_code == 200
    actions.disable_user(user=bob, by=alice.principal, at=timezone.now())
    assert as_bob.get("/settings/profile/").status_code == 302


def test_a_session_ends_after_thirty_idle_minutes(as_alice: Client, alice: User) -> None:
    as_alice.get("/settings/profile/")
    session = as_alice.session
    session["seen"] = int((timezone.now() - timedelta(minutes=31)).timestamp())
    session.save()
    assert as_alice.get("/settings/profile/").status_code == 302


def test_a_fragment_takes_its_page_to_sign_in(client: Client, alice: User) -> None:
    response = client.get("/settings/profile/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, SIGN_IN)


def test_a_program_is_told_401(client: Client, alice: User) -> None:
    response = client.get("/settings/profile/", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["code"]) == (401, "signed_out")


def test_an_empty_workspace_says_where_to_begin(client: Client) -> None:
    assert "no owner yet" in client.get(SIGN_IN).content.decode()


def test_first_start_from_the_printed_link_to_the_first_page(client: Client, db: None) -> None:
    issued = actions.issue_first_owner_link(by=SYSTEM, at=timezone.now())
    url = reverse("accounts:first_owner", args=[issued.token])
    assert "You are the first here" in client.get(url).content.decode()
    given = {
        "name": "Alice",
        "email": "alice@example.org",
        "password": PASSWORD,
        "organisation": "Rive droite",
        "timezone": "Europe/Paris",
        "language": "fr",
    }
    weak = client.post(url, {**given, "password": "short"})
    assert weak.status_code == 200
    assert not User.objects.exists()
    assert client.post(url, given)["Location"] == "/"
    assert client.get("/settings/users/").status_code == 200
    for method in (Client().get, Client().post):
        gone = method(url, given)
        assert gone.status_code == 410
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["first_owner", "invitation", "new_password", "enter"])
def test_a_made_up_link_opens_nothing(client: Client, alice: User, name: str) -> None:
    response = client.get(reverse(f"accounts:{name}", args=["made-up"]))
    assert response.status_code == 410
    assert "ask for a new one" in response.content.decode()


def test_coming_in_by_invitation(client: Client, alice: User) -> None:
    now = timezone.now()
    issued = actions.invite_colleague(email="d@example.org", name="Dan", role="reader", by=alice.principal, at=now)
    url = reverse("accounts:invitation", args=[issued.token])
    assert "Alice invites you" in client.get(url).content.decode()
    assert client.post(url, {"name": "Dan", "password": "short"}).status_code == 200
    assert client.post(url, {"name": "Dan", "password": PASSWORD})["Location"] == "/"
    assert client.get("/settings/profile/").status_code == 200
    assert client.get("/settings/users/").status_code == 403


def test_choosing_a_new_password_by_a_link(client: Client, alice: User, bob: User) -> None:
    issued = actions.issue_password_link(user=bob, by=alice.principal, at=timezone.now())
    url = reverse("accounts:new_password", args=[issued.token])
    assert "bob@example.org" in client.get(url).content.decode()
    assert client.post(url, {"password": PASSWORD})["Location"] == "/"
    assert Client().get(url).status_code == 410


def test_the_example_opens_by_one_press_of_a_button(client: Client, alice: User) -> None:
    actions.configure_organisation(is_example=True, by=SYSTEM, at=timezone.now())
    issued = actions.issue_entry_link(user=alice, by=SYSTEM, at=timezone.now())
    url = reverse("accounts:enter", args=[issued.token])
    for _look in range(3):  # a browser that looks ahead does not use the link up
        assert client.get(url).status_code == 200
    assert not Session.objects.exists()
    assert client.post(url)["Location"] == "/"
    assert client.get("/settings/profile/").status_code == 200
    assert Client().post(url).status_code == 410
    assert Event.objects.get(name="accounts.user_signed_in").data == {"way": "entry"}
