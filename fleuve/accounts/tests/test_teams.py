"""Teams: made, renamed, joined, left, removed, restored; rights follow with the next click."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from fleuve.accounts.actions import (
    accept_invitation,
    create_team,
    create_user,
    invite_colleague,
    join_team,
    leave_team,
    remove_team,
    rename_team,
    restore_team,
)
from fleuve.accounts.errors import TeamNameTaken
from fleuve.accounts.models import Team, TeamMember, User
from fleuve.accounts.tests.conftest import PASSWORD
from fleuve.events.models import Event
from fleuve.kernel.errors import EditedMeanwhile, PermissionRefused
from fleuve.kernel.principal import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def north(alice: User, now: datetime) -> Team:
    return create_team(name="North", by=alice.principal, at=now)


@pytest.fixture
def sam(alice: User, now: datetime) -> User:
    return create_user(email="sam@example.org", name="Sam", role="seller", password=None, by=SYSTEM, at=now)


def test_people_of_a_team_are_colleagues_until_they_leave(
    alice: User, bob: User, sam: User, north: Team, now: datetime
) -> None:
    for user in (bob, sam):
        join_team(team=north, user=user, by=alice.principal, at=now)
    assert sam.principal.colleagues == {sam.pk, bob.pk}
    leave_team(team=north, user=bob, by=alice.principal, at=now)
    leave_team(team=north, user=bob, by=alice.principal, at=now)
    assert sam.principal.colleagues == {sam.pk}
    facts = Event.objects.filter(name="accounts.team_changed").values_list("data__change", flat=True)
    assert sorted(facts) == ["left", "member", "member"]


def test_joining_twice_is_joining_once_and_a_lead_is_named(alice: User, sam: User, north: Team, now: datetime) -> None:
    for is_lead in (False, False, True):
        join_team(team=north, user=sam, is_lead=is_lead, by=alice.principal, at=now)
    assert TeamMember.objects.get(team=north, until_at=None).is_lead


def test_a_name_is_taken_once_whatever_its_accents(alice: User, north: Team, now: datetime) -> None:
    with pytest.raises(TeamNameTaken):
        create_team(name=" NÔRTH ", by=alice.principal, at=now)
    south = create_team(name="South", by=alice.principal, at=now)
    with pytest.raises(TeamNameTaken):
        rename_team(team=south, name="north", version=1, by=alice.principal, at=now)


def test_a_removed_team_frees_its_name_and_comes_back_only_to_a_free_one(
    alice: User, bob: User, sam: User, north: Team, now: datetime
) -> None:
    for user in (bob, sam):
        join_team(team=north, user=user, by=alice.principal, at=now)
    remove_team(team=north, by=alice.principal, at=now)
    remove_team(team=north, by=alice.principal, at=now)
    assert sam.principal.colleagues == {sam.pk}
    other = create_team(name="North", by=alice.principal, at=now)
    with pytest.raises(TeamNameTaken):
        restore_team(team=north, by=alice.principal, at=now)
    remove_team(team=other, by=alice.principal, at=now)
    restore_team(team=north, by=alice.principal, at=now)
    assert sam.principal.colleagues == {sam.pk, bob.pk}
    assert Event.objects.filter(name="accounts.team_removed").count() == 2


def test_the_second_to_rename_sees_the_first_ones_name(alice: User, north: Team, now: datetime) -> None:
    rename_team(team=north, name="Far north", version=1, by=alice.principal, at=now)
    with pytest.raises(EditedMeanwhile) as refused:
        rename_team(team=north, name="Near north", version=1, by=alice.principal, at=now)
    assert (refused.value.version, refused.value.theirs) == (2, {"name": "Far north"})


def test_nobody_but_an_owner_makes_teams(bob: User, now: datetime) -> None:
    with pytest.raises(PermissionRefused):
        create_team(name="Mine", by=bob.principal, at=now)


def test_an_invitation_leads_into_a_team(alice: User, north: Team, now: datetime) -> None:
    issued = invite_colleague(
        email="sue@example.org", name="Sue", role="seller", team=north, by=alice.principal, at=now
    )
    sue = accept_invitation(token=issued.token, name="Sue", password=PASSWORD, language="fr", at=now)
    assert TeamMember.objects.now().filter(team=north, user=sue).exists()


def test_the_pages_do_all_of_it(as_alice: Client, sam: User) -> None:
    assert as_alice.post(reverse("accounts:teams"), {"name": "North"}).status_code == 302
    team = Team.objects.get()
    page = reverse("accounts:team", args=[team.pk])
    assert as_alice.post(reverse("accounts:teams"), {"name": "north"}).status_code == 200
    assert as_alice.post(reverse("accounts:team_members", args=[team.pk]), {"user": sam.pk}).status_code == 302
    place = reverse("accounts:team_member", args=[team.pk, sam.pk])
    as_alice.post(place, {"place": "lead"})
    assert "leads the team" in as_alice.get(page).content.decode()
    assert "Sam" in as_alice.get(reverse("accounts:teams")).content.decode()
    assert as_alice.post(page, {"name": "Far north", "version": 1}).status_code == 302
    stale = as_alice.post(page, {"name": "Near north", "version": 1})
    assert stale.status_code == 409
    assert "Far north" in stale.content.decode()
    as_alice.post(place, {"place": "left"})
    as_alice.post(reverse("accounts:team_removal", args=[team.pk]))
    assert as_alice.get(page).status_code == 404
    as_alice.post(reverse("accounts:team_restoration", args=[team.pk]))
    assert as_alice.get(page).status_code == 200


def test_a_team_needs_a_name_that_can_be_found(as_alice: Client) -> None:
    answer = as_alice.post(reverse("accounts:teams"), {"name": "—"})
    assert answer.status_code == 200
    assert not Team.objects.exists()
