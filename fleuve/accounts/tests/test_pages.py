"""Every page of accounts: works, wrong method, stranger, reader, query count."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from fleuve.accounts.actions import invite_colleague
from fleuve.accounts.models import OneTimeLink, User
from fleuve.accounts.tests.conftest import PASSWORD
from fleuve.kernel.principal import SYSTEM

pytestmark = pytest.mark.django_db
OWNER_PAGES = ["accounts:users", "accounts:teams", "accounts:roles", "accounts:settings"]
EVERYBODY_PAGES = ["accounts:profile", "accounts:visits"]
POSTS = [
    "accounts:user_role",
    "accounts:user_reach",
    "accounts:user_rights",
    "accounts:user_visits",
    "accounts:user_access",
    "accounts:password_link",
]


@pytest.mark.parametrize("name", OWNER_PAGES + EVERYBODY_PAGES)
def test_the_page_shows(as_alice: Client, name: str) -> None:
    response = as_alice.get(reverse(name))
    assert response.status_code == 200
    assert "Alice" in response.content.decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_of_a_user_shows(as_alice: Client, alice: User, bob: User, language: str) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    response = as_alice.get(reverse("accounts:user", args=[bob.pk]))
    assert response.status_code == 200
    assert "bob@example.org" in response.content.decode()


@pytest.mark.parametrize("name", OWNER_PAGES + EVERYBODY_PAGES)
def test_a_stranger_is_sent_to_sign_in_and_back(client: Client, alice: User, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"] == f"/sign-in/?next={reverse(name).replace('/', '%2F')}"


@pytest.mark.parametrize("name", OWNER_PAGES)
def test_a_reader_reads_why_not(as_bob: Client, name: str) -> None:
    response = as_bob.get(reverse(name))
    assert response.status_code == 403
    assert "owner" in response.content.decode()


@pytest.mark.parametrize("name", EVERYBODY_PAGES)
def test_a_reader_has_their_own_pages(as_bob: Client, name: str) -> None:
    assert as_bob.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", POSTS)
def test_a_reader_changes_nobodys_access(as_bob: Client, bob: User, alice: User, name: str) -> None:
    before = list(User.objects.order_by("pk").values())
    response = as_bob.post(reverse(name, args=[bob.pk]), {"role": "owner", "access": "open"})
    assert response.status_code == 403
    assert list(User.objects.order_by("pk").values()) == before
    assert not OneTimeLink.objects.exists()


@pytest.mark.parametrize("name", [*POSTS, "accounts:invitation_withdrawal"])
def test_nothing_changes_by_looking(as_alice: Client, bob: User, name: str) -> None:
    assert as_alice.get(reverse(name, args=[bob.pk])).status_code == 405


@pytest.mark.parametrize("name", ["accounts:sign_out", "accounts:password"])
def test_nothing_of_ones_own_changes_by_looking(as_alice: Client, name: str) -> None:
    assert as_alice.get(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", [*OWNER_PAGES, *EVERYBODY_PAGES, "accounts:sign_in"])
def test_other_methods_are_refused(as_alice: Client, name: str) -> None:
    assert as_alice.delete(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", [*POSTS, "accounts:invitation_withdrawal"])
def test_a_user_who_is_not_there_is_not_found(as_alice: Client, name: str) -> None:
    assert as_alice.post(reverse(name, args=[1]), {"role": "owner"}).status_code == 404


def test_inviting_shows_the_link_once(as_alice: Client) -> None:
    given = {"name": "Dan", "email": "Dan@example.org", "role": "reader"}
    response = as_alice.post(reverse("accounts:users"), given)
    assert response.status_code == 200
    assert "/invitation/" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    again = as_alice.get(reverse("accounts:users")).content.decode()
    assert "dan@example.org" in again
    assert "/invitation/" not in again


def test_inviting_someone_who_is_there_says_so(as_alice: Client, bob: User) -> None:
    response = as_alice.post(reverse("accounts:users"), {"name": "Bob", "email": bob.email, "role": "reader"})
    assert "bob@example.org already" in response.content.decode()


def test_withdrawing_an_invitation(as_alice: Client, alice: User) -> None:
    issued = invite_colleague(email="d@example.org", name="Dan", role="reader", by=SYSTEM, at=timezone.now())
    response = as_alice.post(reverse("accounts:invitation_withdrawal", args=[issued.link.pk]), follow=True)
    assert "Dan" in response.content.decode()
    assert OneTimeLink.objects.get(pk=issued.link.pk).withdrawn_at is not None


def test_changing_a_role_and_closing_access(as_alice: Client, bob: User) -> None:
    assert as_alice.post(reverse("accounts:user_role", args=[bob.pk]), {"role": "owner"}).status_code == 302
    assert as_alice.post(reverse("accounts:user_access", args=[bob.pk]), {"access": "closed"}).status_code == 302
    stored = User.objects.get(pk=bob.pk)
    assert (stored.role, stored.is_active) == ("owner", False)
    as_alice.post(reverse("accounts:user_access", args=[bob.pk]), {"access": "open"})
    assert User.objects.get(pk=bob.pk).is_active


def test_the_last_owner_reads_why_not(as_alice: Client, alice: User) -> None:
    for name, given in (("accounts:user_role", {"role": "reader"}), ("accounts:user_access", {"access": "closed"})):
        response = as_alice.post(reverse(name, args=[alice.pk]), given)
        assert response.status_code == 409
        assert "only owner left" in response.content.decode()


def test_the_profile_is_saved(as_bob: Client, bob: User) -> None:
    given = {"name": "Robert", "language": "fr", "theme": "dark", "is_compact": "on"}
    assert as_bob.post(reverse("accounts:profile"), given).status_code == 302
    stored = User.objects.get(pk=bob.pk)
    assert (stored.name, stored.language, stored.theme, stored.is_compact) == ("Robert", "fr", "dark", True)


def test_settings_are_saved(as_alice: Client) -> None:
    given = {"name": "Rive gauche", "currency": "EUR", "timezone": "Europe/Madrid", "language": "fr"}
    assert as_alice.post(reverse("accounts:settings"), given).status_code == 302
    assert "Rive gauche" in as_alice.get(reverse("accounts:settings")).content.decode()


def test_a_changed_password_ends_other_sessions_and_not_this_one(as_alice: Client, alice: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    given = {"current": PASSWORD, "new": "stones under the water"}
    assert as_alice.post(reverse("accounts:password"), given).status_code == 302
    assert as_alice.get(reverse("accounts:profile")).status_code == 200
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302


def test_a_wrong_present_password_changes_nothing(as_alice: Client, alice: User) -> None:
    response = as_alice.post(reverse("accounts:password"), {"current": "no", "new": "stones under the water"})
    assert "not your present password" in response.content.decode()
    assert User.objects.get(pk=alice.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("accounts:users", 8),
        ("accounts:teams", 7),
        ("accounts:roles", 6),
        ("accounts:visits", 5),
        ("accounts:settings", 4),
        ("accounts:profile", 4),
    ],
)
def test_a_page_asks_the_database_a_known_number_of_times(
    as_alice: Client,
    bob: User,
    carol: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    name: str,
    queries: int,
) -> None:
    as_alice.get(reverse(name))
    with django_assert_num_queries(queries):
        as_alice.get(reverse(name))


def test_only_whoever_is_signed_in_is_told_what_the_server_took(as_alice: Client, client: Client) -> None:
    told = as_alice.get(reverse("accounts:users"))["Server-Timing"]
    assert re.fullmatch(r"app;dur=\d+\.\d", told)
    as_alice.logout()
    assert "Server-Timing" not in client.get(reverse("accounts:sign_in"))
