"""Passkeys: docs/rules/sign-in.md. Every answer is made by a device of the tests, honest or not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from fleuve.accounts.actions import create_user, disable_user
from fleuve.accounts.models import Notice, Organisation, Passkey, RecoveryCode, User, Visit
from fleuve.accounts.passkeys import passkey_place
from fleuve.accounts.tests.cast import client_of
from fleuve.accounts.tests.conftest import NOW, PASSWORD
from fleuve.accounts.tests.device import Device
from fleuve.events.models import Event
from fleuve.kernel.principal import SYSTEM

_PAGE = "/settings/profile/second-factor/"


@pytest.fixture
def bob(organisation: Organisation) -> User:
    return create_user(email="bob@example.org", name="Bob", role="reader", password=PASSWORD, by=SYSTEM, at=NOW)


def at_home() -> Client:
    """A browser that opened ``localhost``."""
    return Client(HTTP_HOST="localhost")


def confirmed(user: User) -> Client:
    """A browser at ``localhost`` in which it was just confirmed that it is this user."""
    client = client_of(user, at_home())
    session = client.session
    session["proved"] = int(timezone.now().timestamp())
    session.save()
    return client


def options_of(client: Client, address: str = "/sign-in/passkey/challenge/") -> dict[str, Any]:
    answer = client.post(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def registered(user: User, name: str = "Laptop", **traits: Any) -> Device:
    """A device with a passkey of this user."""
    device, client = Device(**traits), confirmed(user)
    answer = device.make(options_of(client, f"{_PAGE}passkeys/options/"))
    done = client.post(f"{_PAGE}passkeys/", {"answer": answer, "name": name})
    assert done.status_code in (200, 302), done.content
    return device


def comes_in(client: Client, answer: str, **more: str) -> bool:
    done = client.post("/sign-in/passkey/", {"answer": answer, **more})
    return done.status_code == 302 and "_auth_user_id" in client.session


def test_a_passkey_is_registered_under_its_name(bob: User) -> None:
    registered(bob, "Bob’s phone")
    passkey = Passkey.objects.get()
    assert (passkey.user, passkey.name, passkey.relying_party) == (bob, "Bob’s phone", "localhost")
    assert passkey.transports == ["internal"], "what the standard does not know is not kept"
    assert RecoveryCode.objects.filter(user=bob).count() == 10, "the paper comes with the first factor"
    assert Event.objects.get(name="accounts.passkey_added").subject_id == str(bob.pk)


def test_several_may_be_registered_and_a_device_is_asked_for_one_only(bob: User) -> None:
    first = registered(bob, "Phone")
    registered(bob, "Key")
    options = options_of(confirmed(bob), f"{_PAGE}passkeys/options/")
    assert len(options["excludeCredentials"]) == 2
    client = confirmed(bob)
    again = first.make(options_of(client, f"{_PAGE}passkeys/options/"))
    refused = client.post(f"{_PAGE}passkeys/", {"answer": again, "name": "Once more"})
    assert refused.status_code == 409
    assert "registered already" in refused.content.decode()
    assert Passkey.objects.count() == 2


def test_it_opens_without_a_password_when_the_device_knows_its_holder(bob: User) -> None:
    device, client = registered(bob), at_home()
    options = options_of(client)
    assert options["userVerification"] == "required"
    assert options["allowCredentials"] == [], "nothing is told of who has which key"
    before = client.session.session_key
    done = client.post("/sign-in/passkey/", {"answer": device.sign(options), "next": "/customers/"})
    assert done["Location"] == "/customers/"
    assert client.session.session_key != before
    visit = Visit.objects.get(user=bob)
    assert (visit.way, visit.factor) == ("passkey", "passkey")
    assert Passkey.objects.get().last_used_at is not None


def test_without_a_password_the_holder_must_have_been_verified(bob: User) -> None:
    device, client = registered(bob), at_home()
    device.verifies = False
    assert not comes_in(client, device.sign(options_of(client)))


def test_it_is_the_second_step_after_the_password(bob: User) -> None:
    device, client = registered(bob), at_home()
    device.verifies = False
    client.post("/sign-in/", {"username": bob.email, "password": PASSWORD})
    options = options_of(client)
    assert len(options["allowCredentials"]) == 1
    assert comes_in(client, device.sign(options))
    assert Visit.objects.get(user=bob).way == "password"


def test_an_answer_is_taken_once(bob: User) -> None:
    device, client = registered(bob), at_home()
    answer = device.sign(options_of(client))
    assert comes_in(client, answer)
    client.post("/sign-out/")
    assert not comes_in(client, answer), "the challenge is gone"
    other = at_home()
    options_of(other)
    assert not comes_in(other, answer), "and was never that of another session"


def test_two_answers_to_one_challenge_pass_once_though_the_session_still_has_it(bob: User) -> None:
    """As two requests at once see it: both read the session before either wrote it."""
    device, client = registered(bob, counts=False), at_home()
    answer = device.sign(options_of(client))
    kept = client.session["challenge"]
    assert comes_in(client, answer)
    second = at_home()
    options_of(second)
    session = second.session
    session["challenge"] = kept
    session.save()
    assert not comes_in(second, answer)


def test_an_old_challenge_is_none(bob: User) -> None:
    device, client = registered(bob), at_home()
    answer = device.sign(options_of(client))
    session = client.session
    session["challenge"] = {**session["challenge"], "at": session["challenge"]["at"] - 301}
    session.save()
    assert not comes_in(client, answer)


def test_a_challenge_for_registering_is_none_for_signing_in(bob: User) -> None:
    device, client = registered(bob), confirmed(bob)
    options = options_of(client, f"{_PAGE}passkeys/options/")
    done = client.post("/settings/confirmation/", {"answer": device.sign(options)})
    assert done.status_code == 200
    assert "Try again" in done.content.decode()


Spoil = Callable[[Device], None]


def _elsewhere(device: Device) -> None:
    device.origin = "http://localhost.evil.example"


def _by_another_name(device: Device) -> None:
    device.name = "evil.example"


def _with_another_key(device: Device) -> None:
    device.key = Device().key


def _of_nobody(device: Device) -> None:
    device.credential_id = Device().credential_id


def _under_another_person(device: Device) -> None:
    device.handle = (1).to_bytes(8, "big")


@pytest.mark.parametrize("spoil", [_elsewhere, _by_another_name, _with_another_key, _of_nobody, _under_another_person])
def test_a_wrong_answer_opens_nothing(bob: User, spoil: Spoil) -> None:
    device, client = registered(bob), at_home()
    spoil(device)
    assert not comes_in(client, device.sign(options_of(client)))
    assert not Event.objects.filter(name="accounts.passkey_doubted").exists(), "a stranger raises no doubt about a key"


@pytest.mark.parametrize("spoil", [_elsewhere, _by_another_name])
def test_a_key_made_elsewhere_is_not_registered(bob: User, spoil: Spoil) -> None:
    device, client = Device(), confirmed(bob)
    spoil(device)
    answer = device.make(options_of(client, f"{_PAGE}passkeys/options/"))
    assert client.post(f"{_PAGE}passkeys/", {"answer": answer, "name": "x"}).status_code == 409
    assert not Passkey.objects.exists()


def test_another_persons_key_is_no_second_step(alice: User, bob: User) -> None:
    registered(bob)
    alices = registered(alice)
    client = at_home()
    client.post("/sign-in/", {"username": bob.email, "password": PASSWORD})
    assert not comes_in(client, alices.sign(options_of(client)))


def test_a_closed_access_is_not_opened_by_a_key(alice: User, bob: User) -> None:
    device, client = registered(bob), at_home()
    disable_user(user=bob, by=alice.principal, at=NOW)
    assert not comes_in(client, device.sign(options_of(client)))


def test_a_count_that_goes_back_is_refused_and_told(bob: User) -> None:
    device, client = registered(bob), at_home()
    device.count = 40
    assert comes_in(client, device.sign(options_of(client)))
    for said in (40, 12, 0):
        copy = at_home()
        device.count = said
        assert not comes_in(copy, device.sign(options_of(copy)))
    assert Event.objects.filter(name="accounts.passkey_doubted").count() == 3
    assert Notice.objects.filter(user=bob, kind="passkey_doubted").count() == 3
    device.count = 41
    assert comes_in(at_home(), "") is False
    again = at_home()
    assert comes_in(again, device.sign(options_of(again)))


def test_devices_that_do_not_count_come_in_again_and_again(bob: User) -> None:
    device = registered(bob, counts=False)
    for _ in range(3):
        client = at_home()
        assert comes_in(client, device.sign(options_of(client)))


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        "{",
        '{"rawId": 7}',
        '{"rawId": "AAAA"}',
        '{"rawId": "é"}',
        "[" * 30_000,
        '{"rawId": "' + "A" * 30_000 + '"}',
    ],
)
def test_nonsense_is_refused_in_words(bob: User, answer: str) -> None:
    registered(bob)
    client = at_home()
    options_of(client)
    done = client.post("/sign-in/passkey/", {"answer": answer})
    assert done.status_code == 200
    assert "passkey" in done.content.decode()
    owner = confirmed(bob)
    options_of(owner, f"{_PAGE}passkeys/options/")
    assert owner.post(f"{_PAGE}passkeys/", {"answer": answer, "name": "x"}).status_code == 409


_NONSENSE: tuple[object, ...] = (None, 7, "", "AAAA", "é", {})
# A device need not say whose key it is: nothing and an empty text are no nonsense there.
_PARTS = [
    *[("userHandle", value) for value in _NONSENSE if value not in (None, "")],
    *[(part, value) for part in ("clientDataJSON", "authenticatorData", "signature") for value in _NONSENSE],
]


@pytest.mark.parametrize(("part", "value"), _PARTS)
def test_every_part_of_an_answer_may_be_nonsense(bob: User, part: str, value: object) -> None:
    device, client = registered(bob), at_home()
    told = json.loads(device.sign(options_of(client)))
    told["response"][part] = value
    done = client.post("/sign-in/passkey/", {"answer": json.dumps(told)})
    assert done.status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_wrong_key_counts_like_a_wrong_code_after_the_password(bob: User) -> None:
    device, client = registered(bob), at_home()
    device.key = Device().key
    client.post("/sign-in/", {"username": bob.email, "password": PASSWORD})
    statuses = [
        client.post("/sign-in/passkey/", {"answer": device.sign(options_of(client))}).status_code for _ in range(8)
    ]
    assert statuses[:7] == [200] * 7
    assert statuses[7] == 429


def test_it_confirms_who_it_is(bob: User) -> None:
    device, client = registered(bob), client_of(bob, at_home())
    done = client.post("/settings/confirmation/", {"answer": device.sign(options_of(client)), "next": _PAGE})
    assert done["Location"] == _PAGE
    assert client.session["factor"] == "passkey"


def test_a_passkey_is_removed_by_its_person_only(alice: User, bob: User) -> None:
    registered(bob)
    passkey = Passkey.objects.get()
    assert confirmed(alice).post(f"{_PAGE}passkeys/{passkey.pk}/removal/").status_code == 404
    assert confirmed(bob).post(f"{_PAGE}passkeys/{passkey.pk}/removal/").status_code == 302
    assert not Passkey.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert Event.objects.filter(name="accounts.passkey_removed").count() == 1


def test_changes_of_passkeys_ask_again_who_it_is(bob: User) -> None:
    client = client_of(bob, at_home())
    answer = client.post(f"{_PAGE}passkeys/options/", headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json()["address"].startswith("/settings/confirmation/")
    assert client.post(f"{_PAGE}passkeys/", {"answer": "{}"})["Location"].startswith("/settings/confirmation/")


def _request(host: str, *, secure: bool = False) -> HttpRequest:
    return RequestFactory().get("/", HTTP_HOST=host, secure=secure)


@pytest.mark.parametrize(
    ("public", "host", "secure", "name", "origin", "says"),
    [
        ("http://127.0.0.1:8000", "localhost:8000", False, "localhost", "http://localhost:8000", ""),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", False, "", "", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "[::1]:8000", False, "", "", "http://localhost:8000 "),
        ("https://crm.example.org", "crm.example.org", True, "crm.example.org", "https://crm.example.org", ""),
        ("https://crm.example.org", "localhost", False, "", "", "https://crm.example.org"),
        ("http://crm.example.org", "crm.example.org", False, "", "", "https"),
        ("https://192.0.2.7", "192.0.2.7", True, "", "", "localhost"),
        ("http://localhost:9000", "localhost:9000", False, "localhost", "http://localhost:9000", ""),
    ],
)
def test_passkeys_belong_to_a_name(
    settings: Any, public: str, host: str, secure: bool, name: str, origin: str, says: str
) -> None:
    """docs/rules/sign-in.md, "Where passkeys work"."""
    settings.FLEUVE_URL, settings.ALLOWED_HOSTS = public, ["*"]
    place = passkey_place(_request(host, secure=secure))
    assert (place.name, place.origin) == (name, origin)
    assert says in place.reason


def test_a_number_is_told_where_to_go_instead(bob: User) -> None:
    client = client_of(bob, Client(HTTP_HOST="127.0.0.1"))
    assert "http://localhost" in client.get(_PAGE).content.decode()
    refused = Client(HTTP_HOST="127.0.0.1").post("/sign-in/passkey/challenge/")
    assert refused.status_code == 409
    assert refused.json()["code"] == "passkeys_impossible"


def test_the_pages_write_no_script_into_themselves(bob: User) -> None:
    registered(bob)
    for client, address in (
        (at_home(), "/sign-in/"),
        (confirmed(bob), _PAGE),
        (confirmed(bob), "/settings/confirmation/"),
    ):
        page = client.get(address).content.decode()
        assert "accounts/passkeys" in page
        assert " onclick=" not in page
        assert "<script>" not in page
