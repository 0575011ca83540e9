"""The pages of bulk edits, walked without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from fleuve.accounts.actions import set_field_rule
from fleuve.accounts.models import User
from fleuve.accounts.tests.cast import client_of
from fleuve.jobs.worker import run_until_idle
from fleuve.lists.models import BulkRun
from fleuve.lists.tests.people import people
from fleuve.parties.actions import Edit, change_customers, create_tag
from fleuve.parties.tests.cast import card, customer

NEW = "/customers/bulk-edits/new/"


@pytest.fixture
def cast(db: None, tmp_path: Path) -> Iterator[dict[str, User]]:
    with override_settings(HOME=tmp_path):
        yield people()


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_from_the_ticks_of_the_list_to_the_undo(cast: dict[str, User]) -> None:
    sam = client_of(cast["Sam"])
    mine, hers = customer("1", owner=cast["Sam"].principal), customer("2", name="Eva", owner=cast["Sue"].principal)
    page = _text(sam.get("/customers/"))
    assert f'name="ids" value="{mine}"' in page
    assert f'formaction="{NEW}"' in page
    page = _text(sam.post(NEW, {"ids": [mine, hers]}))
    assert "<strong>2</strong> customers are chosen" in page
    assert 'value="set:city"' in page
    assert 'value="owner"' not in page, "giving customers away takes another right"
    ticked = {"ids": [mine, hers], "deed": "set:city"}
    assert 'name="value"' in _text(sam.post(NEW, ticked))
    assert sam.post(NEW, {**ticked, "valued": "yes", "value": ""}).status_code == 422
    answer = sam.post(NEW, {**ticked, "valued": "yes", "value": "Paris"})
    run = BulkRun.objects.get()
    here = reverse("lists:bulk_run", args=[run.pk])
    assert (answer.status_code, answer["Location"]) == (302, here)
    page = _text(sam.get(here))
    assert "<strong>1</strong> customer would change. Nothing has happened yet." in page
    assert "City becomes Paris" in page
    assert "Not yours to change" in page
    assert "Change them" in page
    assert card(mine).city == "Lyon"
    assert sam.post(reverse("lists:bulk_start", args=[run.pk])).status_code == 302
    assert "are being changed" in _text(sam.get(here))
    run_until_idle(queues=("quick",))
    assert "<strong>1</strong> customer was changed" in _text(sam.get(here))
    assert card(mine).city == "Paris"
    change_customers(edits=[Edit(mine, "city", "Lille")], by=cast["Max"].principal, at=timezone.now())
    sam.post(reverse("lists:bulk_undo", args=[run.pk]))
    run_until_idle(queues=("quick",))
    page = _text(sam.get(here))
    assert "but for <strong>1</strong> value that somebody wrote since" in page
    assert "<td>nothing said by hand</td><td>Lille</td><td>Max, " in page
    assert "City becomes Paris" in _text(sam.get(reverse("lists:bulk_runs")))


def test_all_that_match_a_filter(cast: dict[str, User]) -> None:
    alice = client_of(cast["Alice"])
    lyon, paris = customer("1", city="Lyon"), customer("2", city="Paris")
    page = _text(alice.get("/customers/?f=city:is:Lyon"))
    assert f'href="{NEW}?f=city%3Ais%3ALyon"' in page
    page = _text(alice.get(f"{NEW}?f=city:is:Lyon"))
    assert "<strong>1</strong> customer matches the list" in page
    alice.post(NEW, {"f": "city:is:Lyon", "all": "yes", "deed": "clear:city"})
    alice.post(reverse("lists:bulk_start", args=[BulkRun.objects.get().pk]))
    run_until_idle(queues=("quick",))
    assert [card(one).city for one in (lyon, paris)] == ["", "Paris"]


@pytest.mark.parametrize(
    ("deed", "value"), [("owner", {"value": "nobody"}), ("trash", {}), ("tags", {"add": ["tag"]}), ("clear:city", {})]
)
def test_every_deed_leads_to_its_preview(cast: dict[str, User], deed: str, value: dict[str, object]) -> None:
    max_, party = client_of(cast["Max"]), customer("1", owner=cast["Sam"].principal)
    tag = create_tag(name="VIP", color="", by=cast["Alice"].principal, at=timezone.now())
    if "add" in value:
        value = {"add": [str(tag.pk)]}
    answer = max_.post(NEW, {"ids": [party], "deed": deed, "valued": "yes", **value})
    assert answer.status_code == 302, answer.content
    assert "<strong>1</strong> customer would change" in _text(max_.get(answer["Location"]))


def test_a_wrong_value_is_told_beside_its_field(cast: dict[str, User]) -> None:
    alice, party = client_of(cast["Alice"]), customer("1")
    answer = alice.post(NEW, {"ids": [party], "deed": "set:city", "valued": "yes", "value": "x" * 400})
    assert (answer.status_code, BulkRun.objects.count()) == (422, 0)
    assert alice.post(NEW, {"ids": [party], "deed": "set:name"}).status_code == 422


def test_nothing_chosen_leads_back_with_a_sentence(cast: dict[str, User]) -> None:
    alice = client_of(cast["Alice"])
    answer = alice.post(NEW, {}, follow=True)
    assert "Choose at least one customer." in _text(answer)
    assert alice.get(f"{NEW}?f=nonsense", follow=True).redirect_chain


def test_who_may_see_what(cast: dict[str, User]) -> None:
    sam, sue, ray, max_ = (client_of(cast[name]) for name in ("Sam", "Sue", "Ray", "Max"))
    party = customer("1", owner=cast["Sam"].principal)
    here = sam.post(NEW, {"ids": [party], "deed": "clear:city"})["Location"]
    assert (sue.get(here).status_code, ray.get(here).status_code, max_.get(here).status_code) == (403, 403, 200)
    assert "Change them" not in _text(max_.get(here)), "a colleague may look and not start"
    assert max_.post(f"{here}start/").status_code == 403
    assert sam.get("/customers/bulk-edits/1/").status_code == 404
    assert sam.get(f"{here}start/").status_code == 405
    assert 'name="ids"' not in _text(sue.get("/customers/"))
    assert Client().get(here).status_code == 302


def test_a_hidden_field_is_named_on_no_page(cast: dict[str, User]) -> None:
    sam, party = cast["Sam"], customer("1", city="SECRET-42", owner=cast["Sam"].principal)
    here = client_of(sam).post(NEW, {"ids": [party], "deed": "clear:city"})["Location"]
    set_field_rule(role="seller", attribute="city", may="hidden", by=cast["Alice"].principal, at=timezone.now())
    browser = client_of(User.objects.get(pk=sam.pk))
    for page in (here, "/customers/bulk-edits/"):
        text = _text(browser.get(page))
        assert "SECRET-42" not in text
        assert "City" not in text
    assert "set:city" not in _text(browser.post(NEW, {"ids": [party]}))


def test_the_preview_asks_the_same_for_few_and_many(
    cast: dict[str, User], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    alice = client_of(cast["Alice"])
    counts = []
    for more in (3, 120):
        for number in range(more):
            customer(f"{more}-{number}")
        here = alice.post(NEW, {"f": "city:is:Lyon", "all": "yes", "deed": "clear:city"})["Location"]
        with django_assert_max_num_queries(20) as asked:
            alice.get(here)
        counts.append(len(asked))
    assert counts[0] == counts[1]
