"""What changes access: each with its event, its refusals, and the same call again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from fleuve.accounts import actions
from fleuve.accounts.errors import (
    CurrencyFixed,
    EmailTaken,
    LastOwner,
    LinkRefused,
    NotAnExample,
    PasswordRefused,
    UnknownSetting,
)
from fleuve.accounts.models import OneTimeLink, Organisation, User
from fleuve.accounts.queries import currency_is_fixed, register_currency_holder, users_page
from fleuve.accounts.tests.conftest import NOW, PASSWORD
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
OTHER_PASSWORD = "stones under the water"


def _facts(name: str) -> int:
    return Event.objects.filter(name=f"accounts.{name}").count()


def test_an_invitation_becomes_a_user_of_its_role(alice: User) -> None:
    issued = actions.invite_colleague(email="Dan@Example.org", name="Dan", role="reader", by=alice.principal, at=NOW)
    dan = actions.accept_invitation(token=issued.token, name="Dan", password=PASSWORD, language="fr", at=LATER)
    assert (dan.email, dan.role, dan.language) == ("dan@example.org", "reader", "fr")
    assert _facts("link_issued") == 1
    with pytest.raises(LinkRefused):
        actions.accept_invitation(token=issued.token, name="Eve", password=PASSWORD, language="en", at=LATER)


def test_a_new_invitation_withdraws_the_earlier_one(alice: User) -> None:
    first = actions.invite_colleague(email="dan@example.org", name="Dan", role="reader", by=alice.principal, at=NOW)
    actions.invite_colleague(email="dan@example.org", name="Dan", role="owner", by=alice.principal, at=NOW)
    with pytest.raises(LinkRefused) as refused:
        actions.accept_invitation(token=first.token, name="Dan", password=PASSWORD, language="en", at=LATER)
    assert refused.value.code == "link_withdrawn"
    assert [link.role for link in users_page(alice.principal, LATER).invitations] == ["owner"]


def test_an_address_is_invited_once_it_is_free(alice: User, bob: User) -> None:
    with pytest.raises(EmailTaken):
        actions.invite_colleague(email=" BOB@example.org", name="Bob", role="reader", by=alice.principal, at=NOW)
    with pytest.raises(EmailTaken):
        actions.create_user(email="Bob@example.org", name="B", role="reader", password=None, by=SYSTEM, at=NOW)


def test_a_withdrawn_invitation_opens_nothing(alice: User) -> None:
    issued = actions.invite_colleague(email="dan@example.org", name="Dan", role="reader", by=alice.principal, at=NOW)
    for _again in range(2):
        actions.withdraw_link(link=issued.link, by=alice.principal, at=NOW)
    assert _facts("link_withdrawn") == 1
    with pytest.raises(LinkRefused):
        actions.accept_invitation(token=issued.token, name="Dan", password=PASSWORD, language="en", at=LATER)


def test_the_last_owner_cannot_be_disabled_or_demoted(alice: User, bob: User) -> None:
    with pytest.raises(LastOwner):
        actions.disable_user(user=alice, by=alice.principal, at=NOW)
    with pytest.raises(LastOwner):
        actions.change_role(user=alice, role="reader", by=alice.principal, at=NOW)
    actions.change_role(user=bob, role="owner", by=alice.principal, at=NOW)
    actions.change_role(user=alice, role="reader", by=bob.principal, at=NOW)
    assert _facts("role_changed") == 2


def test_a_disabled_owner_does_not_count_as_the_other_owner(alice: User, bob: User) -> None:
    actions.change_role(user=bob, role="owner", by=alice.principal, at=NOW)
    actions.disable_user(user=bob, by=alice.principal, at=NOW)
    with pytest.raises(LastOwner):
        actions.disable_user(user=alice, by=alice.principal, at=NOW)


def test_disabling_and_enabling_twice_tells_one_fact(alice: User, bob: User) -> None:
    for _again in range(2):
        actions.disable_user(user=bob, by=alice.principal, at=NOW)
    assert User.objects.get(pk=bob.pk).principal.role == "none"
    for _again in range(2):
        actions.enable_user(user=bob, by=alice.principal, at=NOW)
    assert (_facts("user_disabled"), _facts("user_enabled")) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_disable_each_other_leave_one(alice: User, bob: User) -> None:
    actions.change_role(user=bob, role="owner", by=alice.principal, at=NOW)
    start, refused = threading.Barrier(2), []

    def disable(user: User, by: User) -> None:
        start.wait(10)
        try:
            actions.disable_user(user=user, by=by.principal, at=NOW)
        except LastOwner:
            refused.append(user.pk)
        finally:
            connection.close()

    racers = [threading.Thread(target=disable, args=pair) for pair in ((alice, bob), (bob, alice))]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(30)
    assert User.objects.active_owners().count() == 1
    assert len(refused) == 1


def test_a_password_changes_for_whoever_knows_it(alice: User, bob: User) -> None:
    with pytest.raises(PasswordRefused) as refused:
        actions.change_password(user=alice, current="wrong", new=OTHER_PASSWORD, by=alice.principal, at=NOW)
    assert refused.value.code == "password_wrong"
    with pytest.raises(PermissionRefused):
        actions.change_password(user=alice, current=PASSWORD, new=OTHER_PASSWORD, by=bob.principal, at=NOW)
    actions.change_password(user=alice, current=PASSWORD, new=OTHER_PASSWORD, by=alice.principal, at=NOW)
    assert User.objects.get(pk=alice.pk).check_password(OTHER_PASSWORD)
    assert _facts("password_changed") == 1


@pytest.mark.parametrize("password", ["short", "password1234", "alice@example.org", "123456789123"])
def test_a_weak_password_is_refused(alice: User, password: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        actions.change_password(user=alice, current=PASSWORD, new=password, by=alice.principal, at=NOW)
    assert refused.value.code == "password_weak"


def test_a_colleague_who_forgot_chooses_by_a_link(alice: User, bob: User, carol: User) -> None:
    issued = actions.issue_password_link(user=bob, by=alice.principal, at=NOW)
    assert actions.choose_password(token=issued.token, password=PASSWORD, at=LATER) == bob
    assert User.objects.get(pk=bob.pk).check_password(PASSWORD)
    closed = actions.issue_password_link(user=carol, by=alice.principal, at=NOW)
    with pytest.raises(LinkRefused):
        actions.choose_password(token=closed.token, password=PASSWORD, at=LATER)
    with pytest.raises(PermissionRefused):
        actions.issue_password_link(user=alice, by=bob.principal, at=NOW)


def test_only_the_example_is_entered_by_a_printed_link(alice: User) -> None:
    with pytest.raises(NotAnExample):
        actions.issue_entry_link(user=alice, by=SYSTEM, at=NOW)
    actions.configure_organisation(is_example=True, by=SYSTEM, at=NOW)
    issued = actions.issue_entry_link(user=alice, by=SYSTEM, at=NOW)
    assert actions.enter_example(token=issued.token, at=NOW + timedelta(minutes=59)) == alice
    with pytest.raises(LinkRefused):
        actions.enter_example(token=issued.token, at=NOW + timedelta(minutes=59))


def test_the_example_has_no_password_to_know(organisation: Organisation) -> None:
    owner = actions.create_owner(email="you@example.org", name="You", password=None, by=SYSTEM, at=NOW)
    assert not owner.has_usable_password()
    assert not owner.check_password("")


def test_settings_change_what_is_given(alice: User) -> None:
    actions.configure_organisation(currency="EUR", by=alice.principal, at=NOW)
    told = _facts("organisation_configured")
    actions.configure_organisation(currency="EUR", by=alice.principal, at=NOW)
    stored = Organisation.objects.get()
    assert (stored.name, stored.currency, stored.timezone) == ("Rive droite", "EUR", "Europe/Paris")
    assert _facts("organisation_configured") == told


@pytest.mark.parametrize(
    ("field", "value"), [("currency", "XQQ"), ("timezone", "Mars/Olympus"), ("timezone", ""), ("language", "tlh")]
)
def test_an_unknown_setting_is_refused(alice: User, field: str, value: str) -> None:
    with pytest.raises(UnknownSetting):
        actions.configure_organisation(**{field: value}, by=alice.principal, at=NOW)  # type: ignore[arg-type]


def test_the_currency_is_fixed_once_amounts_are_stored(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fleuve.accounts.queries.currency._currency_holders", [])
    actions.configure_organisation(currency="EUR", by=alice.principal, at=NOW)
    register_currency_holder(lambda: True)
    assert currency_is_fixed()
    with pytest.raises(CurrencyFixed):
        actions.configure_organisation(currency="GBP", by=alice.principal, at=NOW)


def test_a_profile_is_ones_own(alice: User, bob: User) -> None:
    actions.save_profile(user=bob, name="Robert", theme="dark", by=bob.principal, at=NOW)
    actions.save_profile(user=bob, theme="dark", by=bob.principal, at=NOW)
    assert _facts("profile_changed") == 1
    with pytest.raises(PermissionRefused):
        actions.save_profile(user=bob, name="Bobby", by=alice.principal, at=NOW)
    with pytest.raises(UnknownSetting):
        actions.save_profile(user=bob, language="tlh", by=bob.principal, at=NOW)


def test_a_reader_changes_nobodys_access(alice: User, bob: User) -> None:
    refused: list[Callable[[], object]] = [
        lambda: actions.invite_colleague(email="d@example.org", name="D", role="owner", by=bob.principal, at=NOW),
        lambda: actions.change_role(user=bob, role="owner", by=bob.principal, at=NOW),
        lambda: actions.disable_user(user=alice, by=bob.principal, at=NOW),
        lambda: actions.enable_user(user=alice, by=bob.principal, at=NOW),
        lambda: actions.configure_organisation(name="Mine", by=bob.principal, at=NOW),
        lambda: actions.create_owner(email="d@example.org", name="D", password=None, by=bob.principal, at=NOW),
    ]
    told = Event.objects.count()
    for attempt in refused:
        with pytest.raises(PermissionRefused):
            attempt()
    assert Event.objects.count() == told


def test_old_links_and_sessions_are_forgotten_but_not_first_start(db: None, now: datetime) -> None:
    first = actions.issue_first_owner_link(by=SYSTEM, at=now)
    actions.invite_colleague(email="dan@example.org", name="Dan", role="reader", by=SYSTEM, at=now)
    counts = actions.prune(by=SYSTEM, at=now + timedelta(days=60))
    assert counts["links"] == 1
    assert list(OneTimeLink.objects.all()) == [first.link]


def test_everyone_sees_themselves_and_owners_see_all(alice: User, bob: User) -> None:
    assert set(User.objects.visible_to(alice.principal)) == {alice, bob}
    assert set(User.objects.visible_to(bob.principal)) == {bob}
    assert not OneTimeLink.objects.visible_to(bob.principal).exists()
