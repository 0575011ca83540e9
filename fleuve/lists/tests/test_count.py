"""The live count: the customers within reach, while somebody types, as of a moment that it says."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from fleuve.accounts.actions import create_user
from fleuve.accounts.models import User
from fleuve.history.models import Generation
from fleuve.history.tests.shop import Shop
from fleuve.kernel.principal import SYSTEM
from fleuve.lists.actions import mark_cards, refresh_mirror
from fleuve.lists.bought.making import refresh_behaviour
from fleuve.lists.mirror import instance
from fleuve.lists.tests.samples import NOW, make_cards
from fleuve.lists.tests.test_views import people as people
from fleuve.parties.actions import refresh_cards
from fleuve.parties.models import Party, PartyCard

COUNT = "/customers/count/"
BOTH = pytest.mark.parametrize("small", [0, 1_000], ids=["mirror", "table"])


def _said(client: Client, address: str) -> str:
    answer = client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@BOTH
def test_it_counts_the_filter_the_tab_and_the_words(people: dict[str, Client], small: int) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    willing = PartyCard.objects.filter(has_refusal=False)
    called = willing.filter(may_phone=True)
    found = called.filter(name_folded__contains="two")
    assert 1 < found.count() < called.count() < willing.count()
    for query, cards in (
        ("f=has_refusal:is:no", willing),
        ("f=has_refusal:is:no&show=contactable", called),
        ("f=has_refusal:is:no&show=contactable&q=two", found),
    ):
        assert f"<strong>{cards.count()} customers match</strong>" in _said(people["Alice"], f"{COUNT}?{query}")


@BOTH
def test_it_counts_within_reach_and_says_so(people: dict[str, Client], small: int) -> None:
    sam = create_user(email="sam@example.org", name="Sam", role="seller", password=None, by=SYSTEM, at=timezone.now())
    PartyCard.objects.update(owner_id=None)
    own = list(PartyCard.objects.values_list("pk", flat=True)[:7])
    PartyCard.objects.filter(pk__in=own).update(owner_id=sam.pk)
    User.objects.filter(pk=sam.pk).update(reads="own")
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    client = Client()
    client.force_login(User.objects.get(pk=sam.pk), backend="django.contrib.auth.backends.ModelBackend")
    said = _said(client, COUNT)
    assert "7 customers match" in said
    assert "among your own customers" in said
    assert "among" not in _said(people["Alice"], COUNT)


def test_it_follows_what_is_typed(people: dict[str, Client]) -> None:
    typed = {"part": ["r-0:line:stage", "r-1:line:city"], "op-r-0": "is", "v-r-0": "active", "op-r-1": "is"}
    answer = people["Bob"].post(COUNT, typed, headers={"HX-Request": "true"})
    said = " ".join(answer.content.decode().split())
    assert f"{PartyCard.objects.filter(stage='active').count()} customers match" in said
    assert "Stage is Active" in said
    assert "1 line does not count yet" in said
    assert answer["HX-Replace-Url"] == "/customers/filter/?f=stage:is:active&f=city:is", "a reload finds what was typed"


def test_the_page_announces_it_and_asks_after_a_quarter_second_of_rest(people: dict[str, Client]) -> None:
    html = people["Bob"].get("/customers/filter/").content.decode()
    region = html[html.index('<div id="matching"') :].split(">")[0]
    assert 'aria-live="polite"' in region
    assert 'role="status"' in region
    assert f'hx-post="{COUNT}"' in region
    assert "delay:250ms" in region
    assert "customers match" in html


def test_it_is_a_page_without_scripts(people: dict[str, Client]) -> None:
    html = people["Bob"].get(f"{COUNT}?f=stage:is:active&cols=city").content.decode()
    assert "<h1>How many customers match</h1>" in html
    assert 'href="/customers/?cols=city&amp;f=stage:is:active"' in html


@pytest.mark.parametrize("query", ["f=any(", "f=gone:is:1", "f=email:is:a", "f=bought:times:at_least:1", "f=city:is:"])
def test_what_cannot_be_counted_says_why_and_counts_nobody(people: dict[str, Client], query: str) -> None:
    said = _said(people["Bob"], f"{COUNT}?{query}")
    assert "is-refused" in said
    assert "customers match" not in said


def test_it_is_as_of_the_mirror_while_too_much_changed(
    people: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
    assert "as of 1 Mar 2026, 09:00" not in _said(people["Alice"], COUNT)
    monkeypatch.setattr(instance, "MOST_LIVE", 2)
    mark_cards(list(PartyCard.objects.values_list("pk", flat=True)[:3]), NOW)
    assert "as of 1 Mar 2026, 09:00" in _said(people["Alice"], COUNT)


@pytest.fixture
def shop(people: dict[str, Client]) -> Shop:
    """One customer who bought once, laid out."""
    shop = Shop()
    shop.sells("P1", "2026-02-01", "P", ("X", 1, "10.00"))
    shop.build()
    refresh_behaviour(by=SYSTEM, at=NOW)
    refresh_cards(party_ids=list(Party.objects.values_list("pk", flat=True)), at=NOW)
    return shop


def test_purchases_are_as_of_their_own_moment(people: dict[str, Client], shop: Shop) -> None:
    Generation.objects.update(made_at=NOW)
    said = _said(people["Alice"], f"{COUNT}?f=bought:times:at_least:1")
    assert "1 customer matches" in said
    assert "purchases as of 1 Mar 2026, 09:00" in said


@BOTH
def test_it_asks_as_much_of_many_as_of_few(
    people: dict[str, Client], small: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    query = {"f": ["country:is:France", "not(city:is:Paris)"], "q": "chloe"}
    with django_assert_max_num_queries(12) as asked:
        people["Alice"].get(COUNT, query, headers={"HX-Request": "true"})
    make_cards(range(500))
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    with django_assert_max_num_queries(len(asked)):
        people["Alice"].get(COUNT, query, headers={"HX-Request": "true"})
