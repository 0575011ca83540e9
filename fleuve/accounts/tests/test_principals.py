"""What a user may do now is read in one query, and holds what teams, grants and field rules say."""

from __future__ import annotations

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from fleuve.accounts.actions import notify
from fleuve.accounts.models import FieldRule, Grant, Notice, Team, TeamMember, User, principal_of
from fleuve.accounts.queries import colleagues, names_of, who_sees
from fleuve.jobs.principals import with_rights_of_today
from fleuve.kernel.principal import ANONYMOUS, SYSTEM, Principal

pytestmark = pytest.mark.django_db
BY = {"by_kind": "system", "by_id": "system", "by_label": "Fleuve"}


def _user(name: str, role: str, at: datetime) -> User:
    made: User = User.objects.create(email=f"{name.lower()}@example.org", name=name, role=role, created_at=at)
    return made


def _team(name: str, at: datetime, *users: User) -> Team:
    team = Team.objects.create(name=name, name_folded=name.lower(), created_at=at)
    for user in users:
        TeamMember.objects.create(team=team, user=user, from_at=at, **BY)
    return team


def test_a_seller_knows_their_colleagues_grants_and_closed_fields(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sam, sue, cleo = (_user(name, "seller", now) for name in ("Sam", "Sue", "Cleo"))
    _team("North", now, sam, sue)
    _team("South", now, cleo)
    left = _team("East", now, sam, cleo)
    TeamMember.objects.filter(team=left, user=cleo).update(until_at=now)
    _team("Gone", now, sam, cleo)
    Team.objects.filter(name="Gone").update(removed_at=now)
    Grant.objects.create(user=sam, verb="export", from_at=now, **BY)
    Grant.objects.create(user=sam, verb="bulk", from_at=now, until_at=now, **BY)
    Grant.objects.create(user=sam, verb="personal", is_denial=True, from_at=now, **BY)
    for attribute, may in (("revenue_total", "hidden"), ("city", "read")):
        FieldRule.objects.create(role="seller", attribute=attribute, may=may, at=now, **BY)
    FieldRule.objects.create(role="agent", attribute="country", may="hidden", at=now, **BY)
    with django_assert_num_queries(1):
        found = principal_of(sam)
    assert found == Principal(
        "user",
        str(sam.pk),
        "Sam",
        "seller",
        grants=frozenset({"export"}),
        denials=frozenset({"personal"}),
        colleagues=frozenset({sam.pk, sue.pk}),
        hidden=frozenset({"revenue_total"}),
        fixed=frozenset({"city"}),
    )


def test_owners_and_closed_users_are_told_without_a_query(
    alice: User, carol: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert principal_of(alice).role == "owner"
        assert principal_of(carol).role == "none"


def test_a_person_may_see_more_or_less_than_their_role(now: datetime) -> None:
    sam = _user("Sam", "seller", now)
    assert (sam.principal.read_reach, sam.principal.write_reach) == ("team", "own")
    sam.reads, sam.writes = "all", "team"
    assert (sam.principal.read_reach, sam.principal.write_reach) == ("all", "team")


def test_a_job_runs_with_the_rights_of_today(now: datetime) -> None:
    sam = _user("Sam", "owner", now)
    asked = sam.principal
    User.objects.filter(pk=sam.pk).update(role="seller", reads="own")
    assert with_rights_of_today(asked).read_reach == "own"
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert with_rights_of_today(asked).role == "none"
    assert with_rights_of_today(SYSTEM) == SYSTEM


def test_who_sees_a_customer_follows_from_its_owner(now: datetime) -> None:
    sam, sue, cleo = (_user(name, "seller", now) for name in ("Sam", "Sue", "Cleo"))
    ann = _user("Ann", "agent", now)
    _team("North", now, sam, sue)
    everybody = {one.pk for one in (sam, sue, cleo, ann)}
    assert who_sees(sue.pk, everybody) == {sam.pk, sue.pk, ann.pk}
    assert who_sees(None, everybody) == everybody
    User.objects.filter(pk=cleo.pk).update(reads="own")
    assert who_sees(None, everybody) == everybody - {cleo.pk}


def test_colleagues_are_known_by_name(alice: User, bob: User, carol: User) -> None:
    assert [one.name for one in colleagues(bob.principal)] == ["Alice", "Bob"]
    assert [one.name for one in colleagues(bob.principal, with_closed=True)] == ["Alice", "Bob", "Carol"]
    assert colleagues(ANONYMOUS) == ()
    assert names_of([carol.pk]) == {carol.pk: "Carol"}


def test_people_are_told_what_others_did(alice: User, bob: User, carol: User, now: datetime) -> None:
    everybody = [alice.pk, bob.pk, carol.pk]
    assert notify(everybody, "mention", ("note", 7), by=alice.principal, at=now) == 1
    assert list(Notice.objects.visible_to(bob.principal).values_list("kind", "subject_id", "by_label")) == [
        ("mention", "7", "Alice")
    ]
    assert not Notice.objects.visible_to(alice.principal).exists()
