"""First start: one printed link, one owner, and never again."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from fleuve.accounts.actions import create_first_owner, create_owner, issue_first_owner_link
from fleuve.accounts.errors import AlreadyFounded, LinkRefused, PasswordRefused
from fleuve.accounts.models import OneTimeLink, User
from fleuve.accounts.queries import has_owner, organisation
from fleuve.accounts.tests.conftest import NOW, PASSWORD
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM, Principal

pytestmark = pytest.mark.django_db


def _found(token: str, at: datetime = NOW, *, email: str = "Alice@Example.org", password: str = PASSWORD) -> User:
    return create_first_owner(
        token=token,
        email=email,
        name="Alice",
        password=password,
        organisation_name="Rive droite",
        timezone="Europe/Paris",
        language="fr",
        at=at,
    )


def test_the_link_makes_an_owner_and_names_the_organisation() -> None:
    issued = issue_first_owner_link(by=SYSTEM, at=NOW)
    alice = _found(issued.token)
    assert (alice.email, alice.role, alice.language) == ("alice@example.org", "owner", "fr")
    assert alice.check_password(PASSWORD)
    assert alice.password.startswith("argon2$argon2id")
    assert (organisation().name, organisation().timezone) == ("Rive droite", "Europe/Paris")
    assert has_owner()
    created = Event.objects.get(name="accounts.user_created")
    assert (created.actor_kind, created.subject_id) == ("link", str(alice.pk))
    assert Event.objects.filter(name="accounts.organisation_configured").count() == 1


def test_the_token_is_kept_nowhere() -> None:
    issued = issue_first_owner_link(by=SYSTEM, at=NOW)
    assert issued.token not in str(OneTimeLink.objects.values())
    assert issued.token not in str(Event.objects.values())


def test_the_link_opens_once() -> None:
    issued = issue_first_owner_link(by=SYSTEM, at=NOW)
    _found(issued.token)
    with pytest.raises(LinkRefused) as refused:
        _found(issued.token, email="mallory@example.org")
    assert refused.value.code == "link_used"
    assert User.objects.count() == 1


def test_a_refused_password_leaves_the_link_good() -> None:
    issued = issue_first_owner_link(by=SYSTEM, at=NOW)
    with pytest.raises(PasswordRefused, match="12"):
        _found(issued.token, password="short")
    assert _found(issued.token).role == "owner"


def test_the_link_ends_after_a_day() -> None:
    issued = issue_first_owner_link(by=SYSTEM, at=NOW)
    with pytest.raises(LinkRefused) as refused:
        _found(issued.token, NOW + timedelta(hours=24))
    assert refused.value.code == "link_expired"


def test_a_restart_prints_a_new_link_and_the_old_one_stops() -> None:
    first = issue_first_owner_link(by=SYSTEM, at=NOW)
    second = issue_first_owner_link(by=SYSTEM, at=NOW + timedelta(minutes=5))
    with pytest.raises(LinkRefused) as refused:
        _found(first.token, NOW + timedelta(minutes=6))
    assert refused.value.code == "link_unknown"
    assert _found(second.token, NOW + timedelta(minutes=6)).role == "owner"


def test_no_link_is_printed_once_there_is_an_owner() -> None:
    create_owner(email="alice@example.org", name="Alice", password=PASSWORD, by=SYSTEM, at=NOW)
    with pytest.raises(AlreadyFounded):
        issue_first_owner_link(by=SYSTEM, at=NOW)


def test_a_reader_cannot_print_one() -> None:
    with pytest.raises(PermissionRefused):
        issue_first_owner_link(by=Principal("user", "1", "Bob", "reader"), at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_create_one_owner() -> None:
    issued = issue_first_owner_link(by=SYSTEM, at=NOW)
    start, answers = threading.Barrier(2), []

    def submit(email: str) -> None:
        start.wait(10)
        try:
            answers.append(_found(issued.token, email=email).email)
        except LinkRefused as refused:
            answers.append(refused.code)
        finally:
            connection.close()

    racers = [threading.Thread(target=submit, args=(f"{name}@example.org",)) for name in ("alice", "mallory")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(30)
    assert User.objects.count() == 1
    assert sorted(answers, key=len)[0] == "link_used"
