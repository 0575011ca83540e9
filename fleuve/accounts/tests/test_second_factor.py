"""The second factor: docs/rules/sign-in.md."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fleuve.accounts.actions import (
    begin_authenticator,
    confirm_authenticator,
    create_user,
    make_recovery_codes,
    prove_with_code,
    remove_authenticator,
)
from fleuve.accounts.codes import drift_seconds, matching_step, normal_code, step_at
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Authenticator, Organisation, RecoveryCode, User, Visit
from fleuve.accounts.sealing import sealed_secret, unsealed_secret
from fleuve.accounts.tests.conftest import PASSWORD
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM
from fleuve.kernel.sealing import SealBroken

NOW = datetime(2026, 3, 1, 9, 30, 10, tzinfo=UTC)
# RFC 6238, appendix B, the SHA-1 column: the secret is the ASCII text 12345678901234567890; its last six digits.
_RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
_RFC = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.fixture
def bob(organisation: Organisation) -> User:
    return create_user(email="bob@example.org", name="Bob", role="reader", password=PASSWORD, by=SYSTEM, at=NOW)


def app_of(user: User, at: datetime = NOW) -> pyotp.TOTP:
    """Set up an authenticator app, confirmed a minute before ``at``; answers the app."""
    begin_authenticator(user=user, by=user.principal, at=at)
    app = pyotp.TOTP(unsealed_secret(Authenticator.objects.get(user=user).secret, user.pk))
    earlier = at - timedelta(minutes=1)
    confirm_authenticator(user=user, code=app.at(earlier), by=user.principal, at=earlier)
    return app


def half_in(client: Client, email: str = "bob@example.org") -> None:
    """Give the right password to somebody who has a second factor."""
    answer = client.post("/sign-in/", {"username": email, "password": PASSWORD})
    assert answer["Location"] == "/sign-in/second/"


@pytest.mark.parametrize(("seconds", "code"), _RFC)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert matching_step(_RFC_SECRET, code, at) == seconds // 30


@pytest.mark.parametrize(
    ("seconds_later", "is_taken"),
    [(-31, False), (-1, True), (0, True), (29, True), (30, True), (59, True), (60, False)],
)
def test_a_code_is_good_for_its_half_minute_and_its_neighbours(seconds_later: int, is_taken: bool) -> None:
    """docs/rules/sign-in.md, "When a code is taken": the code of 09:30:30 to 09:30:59."""
    shown_at = datetime(2026, 3, 1, 9, 30, 30, tzinfo=UTC)
    code = pyotp.TOTP(_RFC_SECRET).at(shown_at)
    at = shown_at + timedelta(seconds=seconds_later)
    step = matching_step(_RFC_SECRET, code, at)
    assert (step is not None) == is_taken
    if step is not None:
        assert drift_seconds(step, at) == (step_at(shown_at) - step_at(at)) * 30


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 5", "-12345", "1e5", "0x1234"])
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert matching_step(_RFC_SECRET, normal_code(typed), NOW) is None


def test_a_code_may_be_typed_in_groups() -> None:
    assert normal_code(" 123 456 ") == "123456"


def test_the_secret_is_sealed_and_bound_to_its_person(alice: User, bob: User) -> None:
    sealed = sealed_secret(_RFC_SECRET, bob.pk)
    assert _RFC_SECRET.encode() not in sealed
    assert unsealed_secret(sealed, bob.pk) == _RFC_SECRET
    with pytest.raises(SealBroken):
        unsealed_secret(sealed, alice.pk)


def test_another_installs_key_reads_no_secret(bob: User, settings: object) -> None:
    app = app_of(bob)
    settings.SECRET_KEY = "another install altogether"  # type: ignore[attr-defined]
    with pytest.raises(FactorRefused) as refused:
        prove_with_code(user=bob, code=app.at(NOW), by=bob.principal, at=NOW)
    assert refused.value.code == "factor_unreadable"


def test_an_app_counts_once_it_is_confirmed(bob: User, client: Client) -> None:
    begin_authenticator(user=bob, by=bob.principal, at=NOW)
    with pytest.raises(FactorRefused):
        confirm_authenticator(user=bob, code="000000", by=bob.principal, at=NOW)
    answer = client.post("/sign-in/", {"username": bob.email, "password": PASSWORD})
    assert answer["Location"] == "/", "nothing is asked for an app that was never confirmed"
    assert not Event.objects.filter(name="accounts.second_factor_added").exists()


def test_beginning_again_forgets_the_first_secret(bob: User) -> None:
    begin_authenticator(user=bob, by=bob.principal, at=NOW)
    first = unsealed_secret(Authenticator.objects.get().secret, bob.pk)
    begin_authenticator(user=bob, by=bob.principal, at=NOW)
    with pytest.raises(FactorRefused):
        confirm_authenticator(user=bob, code=pyotp.TOTP(first).at(NOW), by=bob.principal, at=NOW)


def test_a_second_app_needs_the_first_removed(bob: User) -> None:
    app_of(bob)
    with pytest.raises(FactorRefused) as refused:
        begin_authenticator(user=bob, by=bob.principal, at=NOW)
    assert refused.value.code == "factor_exists"


def test_nobody_sets_up_or_removes_for_another(alice: User, bob: User) -> None:
    app_of(bob)
    for act in (begin_authenticator, remove_authenticator, make_recovery_codes):
        with pytest.raises(PermissionRefused):
            act(user=bob, by=alice.principal, at=NOW)
    assert Authenticator.objects.filter(user=bob).exists()


def test_a_code_is_taken_once(bob: User) -> None:
    app = app_of(bob)
    assert prove_with_code(user=bob, code=app.at(NOW), by=bob.principal, at=NOW).factor == "app"
    with pytest.raises(FactorRefused) as refused:
        prove_with_code(user=bob, code=app.at(NOW), by=bob.principal, at=NOW + timedelta(seconds=5))
    assert refused.value.code == "factor_used"


def test_an_earlier_code_is_not_taken_after_a_later_one(bob: User) -> None:
    app, later = app_of(bob), NOW + timedelta(seconds=30)
    prove_with_code(user=bob, code=app.at(later), by=bob.principal, at=NOW)
    with pytest.raises(FactorRefused):
        prove_with_code(user=bob, code=app.at(NOW), by=bob.principal, at=NOW)


def test_the_code_that_confirmed_the_app_lets_nobody_in(bob: User) -> None:
    begin_authenticator(user=bob, by=bob.principal, at=NOW)
    app = pyotp.TOTP(unsealed_secret(Authenticator.objects.get().secret, bob.pk))
    confirm_authenticator(user=bob, code=app.at(NOW), by=bob.principal, at=NOW)
    with pytest.raises(FactorRefused):
        prove_with_code(user=bob, code=app.at(NOW), by=bob.principal, at=NOW)


def test_a_clock_that_is_off_is_told(bob: User) -> None:
    app = app_of(bob)
    ahead = prove_with_code(user=bob, code=app.at(NOW + timedelta(seconds=30)), by=bob.principal, at=NOW)
    assert ahead.drift_seconds == 30


def test_signing_in_takes_both_steps(bob: User, client: Client) -> None:
    app = app_of(bob, timezone.now())
    half_in(client)
    assert client.get("/settings/profile/")["Location"].startswith("/sign-in/"), "half signed in is not signed in"
    page = client.get("/sign-in/second/")
    assert page["Cache-Control"].startswith("max-age=0")
    answer = client.post("/sign-in/second/", {"code": app.now()})
    assert answer["Location"] == "/"
    assert client.get("/settings/profile/").status_code == 200
    visit = Visit.objects.get(user=bob)
    assert (visit.way, visit.factor) == ("password", "app")
    told = Event.objects.get(name="accounts.user_signed_in")
    assert told.data == {"way": "password", "factor": "app"}


def test_the_session_changes_its_key_at_both_steps(bob: User, client: Client) -> None:
    app = app_of(bob, timezone.now())
    client.get("/sign-in/")
    half_in(client)
    half_key = client.session.session_key
    client.post("/sign-in/second/", {"code": app.now()})
    assert client.session.session_key != half_key


def test_the_page_asked_for_survives_the_second_step(bob: User, client: Client) -> None:
    app = app_of(bob, timezone.now())
    client.post("/sign-in/", {"username": bob.email, "password": PASSWORD, "next": "/customers/?show=best"})
    assert client.post("/sign-in/second/", {"code": app.now()})["Location"] == "/customers/?show=best"


def test_the_second_step_alone_opens_nothing(bob: User, client: Client) -> None:
    app = app_of(bob, timezone.now())
    answer = client.post("/sign-in/second/", {"code": app.now()})
    assert answer["Location"] == "/sign-in/"
    assert Authenticator.objects.get().last_step != step_at(timezone.now()), "the code is not even looked at"


def test_half_a_sign_in_ends_after_five_minutes(bob: User, client: Client) -> None:
    app = app_of(bob, timezone.now())
    half_in(client)
    session = client.session
    session["half"] = {**session["half"], "at": session["half"]["at"] - 301}
    session.save()
    assert client.post("/sign-in/second/", {"code": app.now()})["Location"] == "/sign-in/"


def test_half_a_sign_in_ends_when_the_password_or_the_access_changes(bob: User, client: Client) -> None:
    app_of(bob, timezone.now())
    half_in(client)
    bob.set_password("another river at dusk")
    bob.save()
    assert client.get("/sign-in/second/")["Location"] == "/sign-in/"


def test_half_a_sign_in_of_a_closed_access_is_over(bob: User, client: Client) -> None:
    app_of(bob, timezone.now())
    half_in(client)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert client.get("/sign-in/second/")["Location"] == "/sign-in/"


def test_a_link_for_a_new_password_does_not_pass_by_the_factor(alice: User, bob: User, client: Client) -> None:
    from fleuve.accounts.actions import issue_password_link

    app_of(bob, timezone.now())
    token = issue_password_link(user=bob, by=alice.principal, at=timezone.now()).token
    answer = client.post(f"/new-password/{token}/", {"password": "another river at dusk"})
    assert answer["Location"] == "/sign-in/second/"


def test_the_eighth_wrong_code_shuts_the_second_step(bob: User, client: Client) -> None:
    app = app_of(bob, timezone.now())
    half_in(client)
    statuses = [client.post("/sign-in/second/", {"code": "000000"}).status_code for _ in range(8)]
    assert statuses[:7] == [200] * 7
    assert statuses[7] == 429
    right = client.post("/sign-in/second/", {"code": app.now()})
    assert right.status_code == 429, "the right code too"
    other = Client()
    half_in(other)
    assert other.post("/sign-in/second/", {"code": app.now()}).status_code == 429, "from a new session too"


def test_wrong_codes_leave_the_password_door_open_and_no_code_in_the_table(bob: User, client: Client) -> None:
    from axes.models import AccessAttempt

    app_of(bob, timezone.now())
    half_in(client)
    client.post("/sign-in/second/", {"code": "135790"})
    attempt = AccessAttempt.objects.get()
    assert "135790" not in attempt.post_data
    assert attempt.username == f"2:{bob.pk}"


def test_a_right_code_forgets_the_wrong_ones(bob: User, client: Client) -> None:
    from axes.models import AccessAttempt

    app = app_of(bob, timezone.now())
    half_in(client)
    for _ in range(5):
        client.post("/sign-in/second/", {"code": "000000"})
    assert client.post("/sign-in/second/", {"code": app.now()}).status_code == 302
    assert not AccessAttempt.objects.exists()


def fresh(client: Client) -> Client:
    """This session confirmed just now that it is them."""
    session = client.session
    session["proved"] = int(timezone.now().timestamp())
    session.save()
    return client


def test_set_up_from_the_pages(as_bob: Client, bob: User) -> None:
    fresh(as_bob)
    assert "Set up an app" in as_bob.get("/settings/profile/second-factor/").content.decode()
    assert as_bob.post("/settings/profile/second-factor/app/secret/").status_code == 302
    page = as_bob.get("/settings/profile/second-factor/app/").content.decode()
    assert "<svg" in page
    assert "style=" not in page.split("<svg")[1].split("</svg>")[0]
    shown = re.search(r'secret-code">([A-Z2-7 ]+)<', page)
    assert shown is not None
    app = pyotp.TOTP(shown[1].replace(" ", ""))
    wrong = as_bob.post("/settings/profile/second-factor/app/", {"code": "12345"})
    assert wrong.status_code == 200
    answer = as_bob.post("/settings/profile/second-factor/app/", {"code": app.now()})
    codes = re.findall(r'secret-code">([0-9A-Z ]+)<', answer.content.decode())
    assert len(codes) == 10 == len(set(codes)), "the paper comes with the first factor"
    assert "no-store" in answer["Cache-Control"]
    assert as_bob.get("/settings/profile/second-factor/app/").status_code == 302, "the secret is shown no more"
    assert Event.objects.get(name="accounts.second_factor_added").data == {"kind": "app"}


def test_changes_ask_again_who_it_is(as_bob: Client, bob: User) -> None:
    app_of(bob, timezone.now())
    answer = as_bob.post("/settings/profile/second-factor/app/removal/")
    assert answer["Location"] == "/settings/confirmation/?next=%2Fsettings%2Fprofile%2Fsecond-factor%2F"
    assert Authenticator.objects.exists()
    wrong = as_bob.post("/settings/confirmation/", {"password": "wrong", "next": "/settings/profile/second-factor/"})
    assert "not your present password" in wrong.content.decode()
    right = as_bob.post("/settings/confirmation/", {"password": PASSWORD, "next": "/settings/profile/second-factor/"})
    assert right["Location"] == "/settings/profile/second-factor/"
    as_bob.post("/settings/profile/second-factor/app/removal/")
    assert not Authenticator.objects.exists()
    assert Event.objects.filter(name="accounts.second_factor_removed").count() == 1


def test_confirming_by_code_serves_as_well_and_ends_after_ten_minutes(as_bob: Client, bob: User) -> None:
    app = app_of(bob, timezone.now())
    as_bob.post("/settings/confirmation/", {"code": app.now()})
    session = as_bob.session
    session["proved"] -= 601
    session.save()
    assert "confirmation" in as_bob.post("/settings/profile/second-factor/app/removal/")["Location"]


def test_confirming_is_throttled_too(as_bob: Client, bob: User) -> None:
    statuses = [as_bob.post("/settings/confirmation/", {"password": "wrong"}).status_code for _ in range(8)]
    assert statuses[-1] == 429
    assert as_bob.post("/settings/confirmation/", {"password": PASSWORD}).status_code == 429


def test_confirming_leads_to_no_other_site(as_bob: Client, bob: User) -> None:
    answer = as_bob.post("/settings/confirmation/", {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_removing_the_last_factor_removes_the_paper(bob: User) -> None:
    app_of(bob)
    make_recovery_codes(user=bob, by=bob.principal, at=NOW)
    remove_authenticator(user=bob, by=bob.principal, at=NOW)
    remove_authenticator(user=bob, by=bob.principal, at=NOW)
    assert not RecoveryCode.objects.exists()
    assert Event.objects.filter(name="accounts.second_factor_removed").count() == 1


def test_a_page_without_required_factor_asks_no_query_more(as_bob: Client, bob: User) -> None:
    _queries(as_bob)  # the first page of a session notes when it began
    before = _queries(as_bob)
    app_of(bob, timezone.now())
    assert _queries(as_bob) == before


def _queries(client: Client) -> int:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        assert client.get("/notices/").status_code == 200
    return len(found)
