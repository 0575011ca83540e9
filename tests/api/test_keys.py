"""Keys: what opens the API, what never does, and how far a key reaches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fleuve.accounts.actions import change_role, disable_user, make_key, revoke_key, set_field_rule
from fleuve.accounts.errors import KeyRefused
from fleuve.accounts.models import ApiKey
from fleuve.accounts.registration import _rights_of_today
from fleuve.accounts.tests.cast import client_of
from fleuve.api.callers import caller_of
from fleuve.api.rules import SCOPES, denied_by, held_scopes
from fleuve.api.throttle import Buckets
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import ROLE_VERBS, SYSTEM, may
from tests.api.house import House

NOW = timezone.now()


def _token(house: House, *scopes: str, who: str = "Sam", **more: Any) -> str:
    made = make_key(name="A program", user=house.users[who], scopes=scopes, by=SYSTEM, at=timezone.now(), **more)
    return made.token


def test_a_key_tells_whom_it_acts_for(house: House) -> None:
    answer = house.ask("GET", "/me")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["name"], told["role"], told["reads"], told["writes"]) == ("Sam", "seller", "team", "own")
    assert told["user_id"] == str(house.users["Sam"].pk)


def test_only_a_digest_of_the_key_is_kept(house: House) -> None:
    token = _token(house, "customers:read")
    key = ApiKey.objects.latest("pk")
    kept = [str(getattr(key, field.attname)) for field in ApiKey._meta.concrete_fields]
    assert token not in kept
    assert not any(token.rpartition("_")[2] in text for text in kept)
    assert token not in str(list(Event.objects.values()))


def test_whatever_opens_nothing_looks_alike(house: House) -> None:
    expired = _token(house, "customers:read", expires_at=timezone.now() + timedelta(days=1))
    ApiKey.objects.filter(expires_at__isnull=False).update(expires_at=timezone.now())
    revoked = _token(house, "customers:read")
    revoke_key(key=ApiKey.objects.latest("pk"), by=SYSTEM, at=timezone.now())
    good = house.tokens["Sam"]
    wrong = [expired, revoked, good[:-1], good + "A", good.upper(), "flv_", "flv_00000000_", "x" * 5000, "é"]
    answers = [house.ask("GET", "/me", token=token) for token in wrong]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert all(answer["WWW-Authenticate"].startswith("Bearer") for answer in answers)
    without = house.ask("GET", "/me", token="")
    assert (without.status_code, without.json()["code"]) == (401, "key_refused")


def test_a_session_opens_nothing(house: House) -> None:
    client = client_of(house.users["Alice"], Client())
    for method in (client.get, client.post):
        answer = method("/api/v1/customers")
        assert answer.status_code == 401
        assert not answer.cookies
    assert client.get("/settings/keys/").status_code == 200, "the same session opens pages"


def test_a_key_does_only_what_its_scopes_allow(house: House) -> None:
    address = f"/customers/{house.customers['Sam']}"
    reading = _token(house, "customers:read")
    assert house.ask("GET", address, token=reading).status_code == 200
    refused = house.ask("PATCH", address, {"values": {"city": "Lille"}}, token=reading, If_Match='"1"')
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert house.ask("GET", f"{address}/worth", token=reading).status_code == 403
    tasks = _token(house, "tasks:write")
    assert house.ask("GET", address, token=tasks).status_code == 403


def test_contact_details_take_a_scope_of_their_own(house: House) -> None:
    address = f"/customers/{house.customers['Sam']}"
    without = house.ask("GET", address, token=_token(house, "customers:read")).json()["values"]
    with_them = house.ask("GET", address, token=_token(house, "customers:read", "contacts:read")).json()["values"]
    assert not {"email", "phone", "street", "postcode"} & without.keys()
    assert with_them["email"] == "duval@customers.example"
    blind = _token(house, "customers:write")
    answer = house.ask("PATCH", address, {"values": {"email": "new@customers.example"}}, token=blind, If_Match='"1"')
    assert (answer.status_code, answer.json()["fields"][0]["at"]) == (422, "body.values.email")
    found = house.ask("GET", "/customers?words=duval%40customers.example", token=blind).json()
    assert found["items"] == [], "a person cannot be found by what may not be read"


def test_a_key_never_sees_more_than_its_person_and_follows_them(house: House) -> None:
    address = f"/customers/{house.customers['Cléo']}"
    assert house.ask("GET", address).status_code == 404
    assert house.ask("GET", address, who="Cléo").status_code == 200
    change_role(user=house.users["Sam"], role="manager", by=SYSTEM, at=timezone.now())
    assert house.ask("GET", address).status_code == 200
    disable_user(user=house.users["Sam"], by=SYSTEM, at=timezone.now())
    assert house.ask("GET", address).status_code == 401


def test_a_field_that_is_closed_to_the_person_is_closed_to_the_key(house: House) -> None:
    set_field_rule(role="seller", attribute="city", may="hidden", by=SYSTEM, at=timezone.now())
    address = f"/customers/{house.customers['Sam']}"
    told = house.ask("GET", address)
    assert "city" not in told.json()["values"]
    answer = house.ask("PATCH", address, {"values": {"city": "Lille"}}, If_Match=told["ETag"])
    unknown = house.ask("PATCH", address, {"values": {"colour": "red"}}, If_Match=told["ETag"])
    assert answer.status_code == unknown.status_code == 422
    assert answer.json()["fields"][0]["reason"].replace("city", "colour") == unknown.json()["fields"][0]["reason"]
    assert house.ask("GET", "/customers?sort=city").status_code == 422
    keys = [one["key"] for one in house.ask("GET", "/fields").json()["items"]]
    assert "city" not in keys
    set_field_rule(role="seller", attribute="city", may="read", by=SYSTEM, at=timezone.now())
    fixed = house.ask("PATCH", address, {"values": {"city": "Lille"}}, If_Match=told["ETag"])
    assert (fixed.status_code, fixed.json()["code"]) == (403, "field_closed")


def test_scopes_take_verbs_away_and_give_none() -> None:
    for scopes in ([], ["customers:read"], ["customers:write", "values:read"], list(SCOPES)):
        denied = denied_by(scopes)
        assert {"manage_users", "audit", "operate"} <= denied, "no program does that"
        assert ("export" in denied) == (not any(scope.startswith("exports:") for scope in scopes))
        for verbs in ROLE_VERBS.values():
            assert not (verbs - denied) - verbs
    assert held_scopes(["notes:write", "gone:write"]) == {"notes:write", "notes:read"}
    assert denied_by(["customers:read"]) >= {"write", "personal", "configure", "import"}


def test_work_asked_for_by_a_key_has_the_rights_of_today(house: House) -> None:
    request: Any = type("Request", (), {"headers": {"Authorization": f"Bearer {house.tokens['Sam']}"}})()
    principal = caller_of(request).principal
    assert may(_rights_of_today(principal), "write")
    revoke_key(key=ApiKey.objects.get(pk=int(principal.id)), by=SYSTEM, at=timezone.now())
    assert not may(_rights_of_today(principal), "read")


def test_a_key_is_made_by_whoever_manages_users_with_a_name_scopes_and_a_future(house: House) -> None:
    sam = house.users["Sam"]
    with pytest.raises(PermissionRefused):
        make_key(name="x", user=sam, scopes=["customers:read"], by=sam.principal, at=NOW)
    faults: dict[str, dict[str, Any]] = {
        "key_nameless": {"name": " "},
        "key_scopeless": {"scopes": []},
        "key_expired": {"expires_at": NOW},
    }
    for code, more in faults.items():
        asked: dict[str, Any] = {"name": "x", "user": sam, "scopes": ["customers:read"], **more}
        with pytest.raises(KeyRefused) as refused:
            make_key(**asked, by=SYSTEM, at=NOW)
        assert refused.value.code == code
    with pytest.raises(KeyRefused):
        make_key(name="x", user=sam, scopes=["everything:write"], by=SYSTEM, at=NOW)


def test_a_key_is_revoked_by_its_person_too_and_by_no_colleague(house: House) -> None:
    key = ApiKey.objects.get(user=house.users["Sam"])
    with pytest.raises(PermissionRefused):
        revoke_key(key=key, by=house.users["Cléo"].principal, at=NOW)
    revoke_key(key=key, by=house.users["Sam"].principal, at=NOW)
    revoke_key(key=key, by=SYSTEM, at=NOW)
    assert Event.objects.filter(name="accounts.key_revoked").count() == 1
    assert house.ask("GET", "/me").status_code == 401


def test_the_last_use_is_written_now_and_then(house: House) -> None:
    house.ask("GET", "/me")
    key = ApiKey.objects.get(user=house.users["Sam"])
    first = key.last_used_at
    assert first is not None
    house.ask("GET", "/me")
    key.refresh_from_db()
    assert key.last_used_at == first, "a write a request would be one too many"
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=6))
    house.ask("GET", "/me")
    key.refresh_from_db()
    assert key.last_used_at is not None
    assert key.last_used_at > first - timedelta(minutes=6)


def test_a_loop_gone_wild_is_slowed_down(house: House, settings: Any) -> None:
    settings.FLEUVE_API_RATE = 3
    answers = [house.ask("GET", "/me") for _number in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "too_fast"
    assert int(refused[0]["Retry-After"]) >= 1
    assert house.ask("GET", "/me", who="Cléo").status_code == 200, "another key is not slowed down"


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    buckets = Buckets(2, clock=lambda: now[0])
    assert [buckets.take(1) for _number in range(4)] == [0.0] * 4
    assert buckets.take(1) == 0.5
    assert buckets.take(2) == 0.0
    now[0] = 0.5
    assert buckets.take(1) == 0.0


@pytest.mark.parametrize(
    ("raw", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "body_unreadable"),
        (b"[]", "application/json", 422, "invalid"),
        (b'{"values": {"name": NaN}}', "application/json", 400, "body_unreadable"),
        (b'{"values": {"name": "\\u0000"}}', "application/json", 422, "character_refused"),
        (b'{"values": {"name": "\\ud800"}}', "application/json", 422, "character_refused"),
        (b'{"values": {"name": 1e999}}', "application/json", 422, "number_too_large"),
        (b'{"values": {"name": ' + b"9" * 5000 + b"}}", "application/json", 422, "number_too_large"),
        (b'{"values": ' + b"[" * 60 + b"]" * 60 + b"}", "application/json", 400, "body_too_deep"),
        (b'{"values": ' + b"[" * 90_000, "application/json", 400, "body_unreadable"),
        (b'{"values": {"name": "Ada"}, "colour": 1}', "application/json", 422, "invalid"),
        (b'{"values": {"name": "Ada"}}', "text/plain", 415, "body_of_another_kind"),
        (b"values=1", "application/x-www-form-urlencoded", 415, "body_of_another_kind"),
        (b" " * (1024 * 1024 + 1), "application/json", 413, "body_too_large"),
        (b"\xff\xfe", "application/json", 400, "body_unreadable"),
    ],
)
def test_a_body_that_is_none_is_refused_with_what_to_do(
    house: House, raw: bytes, content_type: str, status: int, code: str
) -> None:
    answer = house.ask("POST", "/customers", raw=raw, content_type=content_type)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code), told
    assert answer["Content-Type"] == "application/problem+json"
    assert (told["status"], told["type"]) == (status, f"urn:fleuve:problem:{code}")
    assert told["detail"].endswith(".")


def test_a_refusal_speaks_the_language_asked_for(house: House) -> None:
    french = house.ask("GET", "/customers/1", Accept_Language="fr").json()
    english = house.ask("GET", "/customers/1", Accept_Language="en").json()
    assert french["code"] == english["code"] == "not_found"
    assert french["detail"] != english["detail"]


def test_a_method_that_an_address_lacks_is_refused_with_those_it_has(house: House) -> None:
    answer = house.ask("DELETE", "/customers")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_refused")
    assert {one.strip() for one in answer["Allow"].split(",")} == {"GET", "POST"}


def test_head_is_get_without_the_body(house: House) -> None:
    answer = house.ask("HEAD", f"/customers/{house.customers['Sam']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == '"1"'
