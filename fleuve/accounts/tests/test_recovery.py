"""Recovery codes, a factor that was lost, and two who come at once: docs/rules/sign-in.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fleuve.accounts.actions import (
    create_owner,
    create_user,
    make_recovery_codes,
    prove_with_code,
    reset_second_factor,
)
from fleuve.accounts.codes import is_recovery_code, normal_code
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Authenticator, Notice, Organisation, RecoveryCode, User, Visit
from fleuve.accounts.queries.factors import factors_of
from fleuve.accounts.tests.cast import client_of
from fleuve.accounts.tests.conftest import PASSWORD
from fleuve.accounts.tests.test_second_factor import NOW, app_of, half_in
from fleuve.cli.main import main
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM

Answer = TypeVar("Answer")


@pytest.fixture
def bob(organisation: Organisation) -> User:
    return create_user(email="bob@example.org", name="Bob", role="reader", password=PASSWORD, by=SYSTEM, at=NOW)


def together(act: Callable[[int], Answer], count: int = 4) -> list[Answer]:
    """Several at once, each on a connection of its own."""

    def alone(number: int) -> Answer:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as people:
        return list(people.map(alone, range(count)))


def test_ten_codes_are_made_and_only_their_digests_kept(bob: User) -> None:
    app_of(bob)
    codes = make_recovery_codes(user=bob, by=bob.principal, at=NOW)
    assert len(set(codes)) == 10
    assert all(is_recovery_code(code) for code in codes)
    kept = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert not any(code in kept for code in codes)
    assert Event.objects.get(name="accounts.recovery_codes_made").data == {"codes": 10}


def test_without_a_factor_there_is_nothing_to_stand_in_for(bob: User) -> None:
    with pytest.raises(FactorRefused) as refused:
        make_recovery_codes(user=bob, by=bob.principal, at=NOW)
    assert refused.value.code == "factor_missing"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0123 4567 89AB CDEF", "0123456789ABCDEF"),
        ("0123-4567-89ab-cdef", "0123456789ABCDEF"),
        (" oI23 4567 89AB CDEF ", "0123456789ABCDEF"),
        ("L123 4567 89AB CDEF", "1123456789ABCDEF"),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, meant: str) -> None:
    """docs/rules/sign-in.md, "Recovery codes"."""
    assert normal_code(typed) == meant


def test_a_code_works_once_and_its_person_is_told(bob: User) -> None:
    app_of(bob)
    codes = make_recovery_codes(user=bob, by=bob.principal, at=NOW)
    proof = prove_with_code(user=bob, code=codes[3].lower(), by=bob.principal, at=NOW)
    assert (proof.factor, proof.codes_left) == ("recovery", 9)
    with pytest.raises(FactorRefused):
        prove_with_code(user=bob, code=codes[3], by=bob.principal, at=NOW)
    assert Event.objects.get(name="accounts.recovery_code_used").data == {"left": 9}
    assert Notice.objects.get().kind == "recovery_used"


def test_another_persons_code_is_none(alice: User, bob: User) -> None:
    for user in (alice, bob):
        app_of(user)
    codes = make_recovery_codes(user=alice, by=alice.principal, at=NOW)
    with pytest.raises(FactorRefused):
        prove_with_code(user=bob, code=codes[0], by=bob.principal, at=NOW)
    assert RecoveryCode.objects.filter(used_at=None).count() == 10


def test_new_codes_end_the_earlier_ones(bob: User) -> None:
    app_of(bob)
    earlier = make_recovery_codes(user=bob, by=bob.principal, at=NOW)
    make_recovery_codes(user=bob, by=bob.principal, at=NOW)
    with pytest.raises(FactorRefused):
        prove_with_code(user=bob, code=earlier[0], by=bob.principal, at=NOW)
    assert factors_of(bob, bob.principal).codes_left == 10


def test_signing_in_by_a_recovery_code_says_how_many_are_left(bob: User, client: Client) -> None:
    app_of(bob)
    codes = make_recovery_codes(user=bob, by=bob.principal, at=NOW)
    half_in(client)
    assert client.post("/sign-in/second/", {"code": codes[0]})["Location"] == "/"
    page = client.get("/settings/profile/second-factor/").content.decode()
    assert "9 are left" in page
    assert re.search(r"<strong>9</strong> codes are left", page)
    assert Visit.objects.get(user=bob).factor == "recovery"
    assert "recovery codes was used" in client.get("/notices/").content.decode()


def test_guessed_recovery_codes_are_counted_too(bob: User, client: Client) -> None:
    app_of(bob)
    half_in(client)
    statuses = [client.post("/sign-in/second/", {"code": "0" * 16}).status_code for _ in range(8)]
    assert statuses[-1] == 429


def test_codes_are_shown_in_the_answer_and_nowhere_else(bob: User) -> None:
    app_of(bob)
    client = client_of(bob)
    session = client.session
    session["proved"] = int(timezone.now().timestamp())
    session.save()
    page = client.post("/settings/profile/second-factor/codes/")
    assert len(re.findall(r'secret-code">([0-9A-Z ]{19})<', page.content.decode())) == 10
    assert "no-store" in page["Cache-Control"]
    assert client.get("/settings/profile/second-factor/codes/").status_code == 405


def test_a_colleague_who_lost_everything_is_reset_and_told(alice: User, bob: User) -> None:
    app_of(bob)
    make_recovery_codes(user=bob, by=bob.principal, at=NOW)
    assert reset_second_factor(user=bob, by=alice.principal, at=NOW) == 1
    assert reset_second_factor(user=bob, by=alice.principal, at=NOW) == 0
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert Event.objects.get(name="accounts.second_factor_reset").data == {"factors": 1}
    notice = Notice.objects.get(user=bob)
    assert (notice.kind, notice.by_label) == ("factor_reset", "Alice")


def test_nobody_resets_their_own_and_readers_nobodys(alice: User, bob: User) -> None:
    app_of(alice)
    with pytest.raises(FactorRefused) as refused:
        reset_second_factor(user=alice, by=alice.principal, at=NOW)
    assert refused.value.code == "factor_own"
    with pytest.raises(PermissionRefused):
        reset_second_factor(user=alice, by=bob.principal, at=NOW)
    assert Authenticator.objects.exists()


def test_the_page_of_a_colleague_resets_after_confirming(alice: User, bob: User) -> None:
    app_of(bob)
    client, address = client_of(alice), f"/settings/users/{bob.pk}/"
    assert "Reset the second factor" in client.get(address).content.decode()
    asked = client.post(f"{address}second-factor/removal/")
    assert asked["Location"].startswith("/settings/confirmation/")
    client.post("/settings/confirmation/", {"password": PASSWORD})
    assert client.post(f"{address}second-factor/removal/")["Location"] == address
    assert not Authenticator.objects.exists()


def test_an_owner_locked_out_is_let_in_from_the_server(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    app_of(alice)
    assert main(["users", "reset-second-factor", alice.email]) == 0
    assert "alice@example.org" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert Event.objects.get(name="accounts.second_factor_reset").actor_kind == "system"
    assert main(["users", "reset-second-factor", "nobody@example.org"]) == 1


@pytest.mark.django_db(transaction=True)
def test_one_code_typed_by_several_at_once_lets_one_in() -> None:
    bob = create_owner(email="bob@example.org", name="Bob", password=PASSWORD, by=SYSTEM, at=NOW)
    app = app_of(bob)
    code, by = app.at(NOW), bob.principal

    def try_it(_: int) -> str:
        try:
            return prove_with_code(user=bob, code=code, by=by, at=NOW).factor
        except FactorRefused as refused:
            return refused.code

    assert sorted(together(try_it)) == ["app", "factor_used", "factor_used", "factor_used"]


@pytest.mark.django_db(transaction=True)
def test_one_recovery_code_typed_by_several_at_once_lets_one_in() -> None:
    bob = create_owner(email="bob@example.org", name="Bob", password=PASSWORD, by=SYSTEM, at=NOW)
    app_of(bob)
    codes, by = make_recovery_codes(user=bob, by=bob.principal, at=NOW), bob.principal

    def try_it(_: int) -> bool:
        try:
            prove_with_code(user=bob, code=codes[0], by=by, at=NOW + timedelta(seconds=1))
        except FactorRefused:
            return False
        return True

    assert sum(together(try_it)) == 1
    assert Event.objects.filter(name="accounts.recovery_code_used").count() == 1
