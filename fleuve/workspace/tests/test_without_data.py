"""Before there is anything: the pages say what to do first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from fleuve.accounts.actions import configure_organisation, create_owner
from fleuve.accounts.models import User
from fleuve.kernel.principal import SYSTEM
from fleuve.workspace.tests.conftest import NOW, PASSWORD


@pytest.fixture
def as_newcomer(client: Client, db: None) -> Client:
    configure_organisation(name="Rive gauche", by=SYSTEM, at=NOW)
    owner: User = create_owner(email="alice@example.org", name="Alice", password=PASSWORD, by=SYSTEM, at=NOW)
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_front_door_leads_to_where_to_begin(as_newcomer: Client) -> None:
    assert as_newcomer.get("/")["Location"] == reverse("workspace:start")
    assert "Bring a file" in as_newcomer.get(reverse("workspace:start")).content.decode()


@pytest.mark.parametrize("name", ["portfolio", "retention", "customers", "settings"])
def test_a_page_without_data_says_what_to_do(as_newcomer: Client, name: str) -> None:
    assert as_newcomer.get(reverse(f"workspace:{name}")).status_code == 200


def test_budgets_can_be_tried_before_any_purchase(as_newcomer: Client) -> None:
    page = as_newcomer.get(reverse("budgets:page")).content.decode()
    assert "to approach each person" in page


def test_an_empty_call_list_leaves_as_a_file_with_its_header(as_newcomer: Client) -> None:
    assert as_newcomer.get(reverse("workspace:call_list_export")).status_code == 200
