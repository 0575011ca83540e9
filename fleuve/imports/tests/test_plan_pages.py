"""Pages of scheduled imports: they work, refuse readers and strangers, and never show a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fleuve.accounts.models import Organisation
from fleuve.imports.actions import remove_plan
from fleuve.imports.models import Import, Plan
from fleuve.imports.tests.desk import ALICE, bring, listed
from fleuve.imports.tests.place import a_plan, a_url_plan, put, run
from fleuve.jobs.worker import run_until_idle

pytestmark = pytest.mark.django_db

NEW = {"name": "Shop", "source": "Shop", "place": "folder", "folder": "shop", "rhythm": "0 6 * * *"}
PAGES = ("plan", "plan_run", "plan_state", "plan_removal", "plan_restoration")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """A data folder of the test's own."""
    settings.HOME = tmp_path / "home"
    return tmp_path / "home"


def _page(name: str, *numbers: int) -> str:
    return reverse(f"imports:{name}", args=numbers)


def test_an_empty_list_says_what_to_do_first(as_alice: Client) -> None:
    page = as_alice.get(_page("plans")).content.decode()
    assert "No scheduled import yet" in page
    assert _page("plan_new") in page


def test_a_plan_is_made_with_its_folder_and_runs(as_alice: Client, home: Path, tmp_path: Path) -> None:
    bring(listed(tmp_path, "C0;Zoé;zoe@example.org;Lille"))
    assert "Shop" in as_alice.get(_page("plan_new")).content.decode()  # a source whose columns are known
    made = as_alice.post(_page("plan_new"), NEW)
    plan = Plan.objects.get()
    assert made.headers["Location"] == _page("plan", plan.pk)
    assert (home / "inbox" / "shop").is_dir()
    put("monday.csv", "Customer number;Name;E-mail;City\nC1;Ada;ada@example.org;Lyon\n")
    assert as_alice.post(_page("plan_run", plan.pk)).headers["Location"] == _page("plan", plan.pk)
    assert "Look for the file of a scheduled import" in as_alice.get(_page("plan", plan.pk)).content.decode()
    run_until_idle(queues=("heavy",), at_most=5)
    page = as_alice.get(_page("plan", plan.pk)).content.decode()
    assert "monday.csv" in page
    assert _page("detail", Import.objects.get(plan=plan).pk) in page
    assert "Every day at 6:00" in as_alice.get(_page("plan", plan.pk)).content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"folder": "../etc"}, "one folder in the inbox"),
        ({"folder": ""}, "one folder in the inbox"),
        ({"place": "url", "url": "http://shop.example/a.csv"}, "begins with https"),
        ({"place": "url", "url": "https://127.0.0.1/a.csv"}, "private network"),
        ({"place": "url", "url": ""}, "one folder in the inbox"),
        (
            {"place": "url", "url": "https://shop.example/a.csv", "header_name": "Host", "header_value": "x"},
            "no name of",
        ),
        ({"place": "url", "url": "https://shop.example/a.csv", "header_name": "X-Key"}, "what it says"),
        ({"rhythm": "other", "cron": "* * * * *"}, "five minutes"),
        ({"rhythm": "other", "cron": ""}, "no rhythm"),
        ({"name": ""}, "required"),
        ({"source": ""}, "required"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(as_alice: Client, given: dict[str, str], said: str) -> None:
    response = as_alice.post(_page("plan_new"), {**NEW, **given})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Plan.objects.exists()


def test_a_secret_is_kept_and_never_shown(as_alice: Client) -> None:
    asked = {**NEW, "place": "url", "url": "https://shop.example/a.csv", "header_name": "X-Key", "header_value": "hush"}
    as_alice.post(_page("plan_new"), asked)
    plan = Plan.objects.get()
    assert "hush" not in as_alice.get(_page("plan", plan.pk)).content.decode()
    assert "hush" not in as_alice.post(_page("plan", plan.pk), {**asked, "name": ""}).content.decode()
    kept = bytes(plan.header_value or b"")
    as_alice.post(_page("plan", plan.pk), {**asked, "header_value": "", "name": "Till", "version": 1})
    plan.refresh_from_db()
    assert (plan.name, bytes(plan.header_value or b"")) == ("Till", kept)


def test_a_second_save_of_an_old_page_is_told(as_alice: Client, organisation: Organisation) -> None:
    plan = a_plan()
    assert as_alice.post(_page("plan", plan.pk), {**NEW, "name": "First", "version": 1}).status_code == 302
    second = as_alice.post(_page("plan", plan.pk), {**NEW, "name": "Second", "version": 1})
    assert second.status_code == 409
    plan.refresh_from_db()
    assert plan.name == "First"


def test_it_is_paused_switched_on_removed_and_taken_out(as_alice: Client, organisation: Organisation) -> None:
    plan = a_plan()
    for state, expected in (("paused", "paused"), ("on", "on")):
        as_alice.post(_page("plan_state", plan.pk), {"state": state})
        plan.refresh_from_db()
        assert plan.state == expected
    as_alice.post(_page("plan_removal", plan.pk))
    assert as_alice.get(_page("plan", plan.pk)).status_code == 404
    trash = as_alice.get(reverse("parties:trash"), {"kind": "plans"}).content.decode()
    assert _page("plan_restoration", plan.pk) in trash
    assert as_alice.post(_page("plan_restoration", plan.pk)).headers["Location"] == _page("plan", plan.pk)
    plan.refresh_from_db()
    assert (plan.removed_at, plan.state) == (None, Plan.State.PAUSED)


def test_one_whose_name_was_given_away_stays_in_the_trash(as_alice: Client, organisation: Organisation) -> None:
    plan = a_plan()
    remove_plan(plan=plan, by=ALICE, at=timezone.now())
    a_plan()
    response = as_alice.post(_page("plan_restoration", plan.pk), follow=True)
    assert "Another plan has this name" in response.content.decode()


def test_a_waiting_plan_leads_to_its_file(as_alice: Client, organisation: Organisation) -> None:
    plan = a_plan()
    put("monday.csv", "Customer number;Name;E-mail;City\nC1;Ada;ada@example.org;Lyon\n")
    run(plan)
    row = Import.objects.get(plan=plan)
    page = as_alice.get(_page("plan", plan.pk)).content.decode()
    assert _page("detail", row.pk) in page
    assert "no file of this source had" in page
    refused = as_alice.post(_page("plan_run", plan.pk), follow=True).content.decode()
    assert "waits for you to look at its last file" in refused
    assert "<strong>1</strong> waits for you" in as_alice.get(_page("plans")).content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_readers_and_strangers_are_refused(as_bob: Client, client: Client, name: str) -> None:
    plan = a_plan()
    method = "get" if name == "plan" else "post"
    assert getattr(as_bob, method)(_page(name, plan.pk)).status_code == 403
    assert getattr(Client(), method)(_page(name, plan.pk)).status_code == 302
    assert Plan.objects.get().version == 1


@pytest.mark.parametrize("name", PAGES)
def test_one_that_is_not_there_is_not_found(as_alice: Client, name: str) -> None:
    method = "get" if name == "plan" else "post"
    assert getattr(as_alice, method)(_page(name, 404)).status_code == 404


@pytest.mark.parametrize("name", PAGES[1:])
def test_deeds_are_posted(as_alice: Client, organisation: Organisation, name: str) -> None:
    assert as_alice.get(_page(name, a_plan().pk)).status_code == 405


def test_the_list_asks_as_much_for_many_as_for_few(as_alice: Client, organisation: Organisation) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_alice.get(_page("plans"))
        return len(queries)

    a_plan()
    asked()
    few = asked()
    for number in range(20):
        a_url_plan("https://shop.example/a.csv", name=f"Plan {number}")
    assert asked() == few
