"""Sessions: seen, ended from elsewhere, followed through a new password."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from fleuve.accounts.actions import end_visits
from fleuve.accounts.models import User, Visit
from fleuve.accounts.rules import says_device
from fleuve.accounts.tests.conftest import PASSWORD
from fleuve.kernel.errors import PermissionRefused

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def _signed_in(agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post(reverse("accounts:sign_in"), {"username": "alice@example.org", "password": PASSWORD})
    return client


def _is_in(client: Client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def test_one_sees_where_one_is_signed_in(alice: User) -> None:
    here, _there = _signed_in(), _signed_in("Mozilla/5.0 (iPhone) AppleWebKit Safari/605")
    page = here.get(reverse("accounts:visits")).content.decode()
    for words in ("Firefox · Windows", "Safari · iPhone", "this browser", "1</strong> other place"):
        assert words in page


def test_ending_the_others_leaves_this_one(alice: User) -> None:
    here, there = _signed_in(), _signed_in()
    assert here.post(reverse("accounts:visit_ends")).status_code == 302
    assert (_is_in(here), _is_in(there)) == (True, False)
    assert Visit.objects.filter(ended_at=None).count() == 1


def test_one_session_is_ended_alone(alice: User) -> None:
    here, there, third = _signed_in(), _signed_in(), _signed_in()
    other = Visit.objects.order_by("pk")[1]
    here.post(reverse("accounts:visit_end", args=[other.pk]))
    assert [_is_in(client) for client in (here, there, third)] == [True, False, True]


def test_a_session_of_somebody_else_is_not_found(as_bob: Client, alice: User) -> None:
    there = _signed_in()
    assert as_bob.post(reverse("accounts:visit_end", args=[Visit.objects.get().pk])).status_code == 404
    assert _is_in(there)


def test_nobody_ends_the_sessions_of_others_but_an_owner(alice: User, bob: User, now: datetime) -> None:
    with pytest.raises(PermissionRefused):
        end_visits(user=alice, by=bob.principal, at=now)
    there = _signed_in()
    assert end_visits(user=alice, by=alice.principal, at=now) == 1
    assert not _is_in(there)


def test_an_owner_signs_a_colleague_out_everywhere(as_alice: Client, carol: User) -> None:
    assert as_alice.post(reverse("accounts:user_visits", args=[carol.pk])).status_code == 302


def test_a_new_password_ends_the_others_and_this_one_goes_on(alice: User) -> None:
    here, there = _signed_in(), _signed_in()
    new = "a quieter river at dusk"
    assert here.post(reverse("accounts:password"), {"current": PASSWORD, "new": new}).status_code == 302
    assert (_is_in(here), _is_in(there)) == (True, False)
    assert "this browser" in here.get(reverse("accounts:visits")).content.decode()


def test_signing_out_ends_the_session(alice: User) -> None:
    here = _signed_in()
    here.post(reverse("accounts:sign_out"))
    assert Visit.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox · Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit Chrome/141 Safari/537 Edg/141", "Edge · macOS"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit Chrome/141 Mobile Safari/537", "Chrome · Android"),
        ("curl/8.9", "curl"),
        ("x" * 90, "x" * 60),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, said: str) -> None:
    assert says_device(agent) == said
