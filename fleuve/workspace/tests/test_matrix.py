"""The page *Value × loyalty*: four cells that lead to lists, and what an owner decides there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from fleuve.jobs.worker import run_until_idle
from fleuve.parties.models import PartyCard

pytestmark = pytest.mark.django_db


def test_each_cell_leads_to_the_list_of_its_policy(as_bob: Client) -> None:
    page = as_bob.get(reverse("workspace:matrix")).text
    assert "High value, high loyalty" in page
    assert "f=policy%3Ais%3Agrow" in page
    many = PartyCard.objects.filter(policy="grow").count()
    assert many > 0
    found = as_bob.get(reverse("workspace:customers"), {"f": "policy:is:grow"})
    assert found.status_code == 200


def test_an_owner_decides_and_the_list_follows(as_alice: Client, as_bob: Client) -> None:
    address = reverse("workspace:matrix_policy")
    assert as_bob.post(address, {"cell": "hh", "policy": "keep"}).status_code == 403
    many = PartyCard.objects.filter(policy="grow").count()
    assert as_alice.post(address, {"cell": "hh", "policy": "keep"})["Location"] == reverse("workspace:matrix")
    run_until_idle(queues=("heavy", "quick"))
    assert PartyCard.objects.filter(policy="keep").count() == many
    assert as_alice.post(reverse("workspace:matrix_borders")).status_code == 302


@pytest.mark.parametrize(
    "data", [{}, {"cell": "hh"}, {"cell": "hh", "policy": "shout"}, {"cell": "zz", "policy": "keep"}]
)
def test_what_cannot_be_decided_is_refused(as_alice: Client, data: dict[str, str]) -> None:
    assert as_alice.post(reverse("workspace:matrix_policy"), data).status_code == 400
