"""Saved views and chosen columns, on the list of customers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from fleuve.accounts.actions import create_owner, create_user
from fleuve.accounts.models import User
from fleuve.attributes import EVERYTHING, Is
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.lists.actions import mark_cards, refresh_mirror, remove_view, save_view
from fleuve.lists.errors import ViewRefused
from fleuve.lists.mirror import instance
from fleuve.lists.models import View
from fleuve.lists.tests.samples import NOW, make_cards
from fleuve.parties.models import PartyCard
from fleuve.ui.tables import Cursor

LIST = "/customers/"


@pytest.fixture
def people(db: None, tmp_path: Path) -> Iterator[dict[str, Client]]:
    """Alice owns the workspace, Bob and Carol read."""
    create_owner(email="alice@example.org", name="Alice", password="a quiet river", by=SYSTEM, at=timezone.now())
    for name in ("Bob", "Carol"):
        create_user(email=f"{name.lower()}@example.org", name=name, role="reader", password=None, by=SYSTEM, at=NOW)
    with override_settings(HOME=tmp_path):
        make_cards(range(80))
        PartyCard.objects.update(is_removed=False)
        yield {user.name: _signed_in(user) for user in User.objects.all()}


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _save(client: Client, name: str, **more: object) -> str:
    answer = client.post(
        reverse("lists:views"),
        {"name": name, "f": ["stage:is:active"], "q": "chloe", "cols": ["city", "value"], "sort": "-city", **more},
    )
    return str(answer["Location"])


def test_a_saved_list_opens_as_it_was(people: dict[str, Client]) -> None:
    address = _save(people["Bob"], "Active in town")
    view = View.objects.get()
    assert address == f"/customers/?view={view.pk}&f=stage:is:active&q=chloe&cols=city&cols=value&sort=-city"
    opened = people["Bob"].get(reverse("lists:view", args=[view.pk]))
    assert (opened.status_code, opened["Location"]) == (302, address)
    page = people["Bob"].get(address).content.decode()
    assert 'aria-current="true">Active in town' in page
    assert [event.name for event in Event.objects.filter(name__startswith="lists.")] == ["lists.view_saved"]


def test_another_person_finds_a_shared_view_only(people: dict[str, Client]) -> None:
    _save(people["Alice"], "Mine")
    _save(people["Alice"], "Ours", shared="all")
    mine, ours = View.objects.order_by("name")
    assert people["Bob"].get(reverse("lists:view", args=[mine.pk])).status_code == 404
    assert people["Bob"].get(reverse("lists:view", args=[ours.pk])).status_code == 302
    page = people["Bob"].get(LIST).content.decode()
    assert "Ours" in page
    assert "shared by Alice" in page
    assert "Mine" not in page
    assert people["Bob"].post(reverse("lists:view_removal", args=[ours.pk])).status_code == 403
    assert people["Bob"].post(reverse("lists:view_removal", args=[mine.pk])).status_code == 404
    assert View.objects.filter(removed_at=None).count() == 2


def test_sharing_is_for_those_who_give_customers_away(people: dict[str, Client]) -> None:
    answer = people["Bob"].post(reverse("lists:views"), {"name": "For all", "shared": "all"})
    assert answer.status_code == 403
    assert not View.objects.exists()


def test_a_view_is_removed_and_comes_back(people: dict[str, Client]) -> None:
    _save(people["Bob"], "Mine")
    number = View.objects.get().pk
    people["Bob"].post(reverse("lists:view_removal", args=[number]))
    assert people["Bob"].get(reverse("lists:view", args=[number])).status_code == 404
    assert people["Carol"].post(reverse("lists:view_restoration", args=[number])).status_code == 404
    _save(people["Bob"], "mine")
    people["Bob"].post(reverse("lists:view_restoration", args=[number]))
    assert View.objects.get(pk=number).removed_at is not None, "its name was given again"
    people["Bob"].post(reverse("lists:view_removal", args=[View.objects.get(removed_at=None).pk]))
    people["Bob"].post(reverse("lists:view_restoration", args=[number]))
    assert View.objects.get(removed_at=None).pk == number


@pytest.mark.parametrize("name", ["", "   "])
def test_a_view_needs_a_name(people: dict[str, Client], name: str) -> None:
    assert _save(people["Bob"], name) == "/customers/?f=stage%3Ais%3Aactive&q=chloe&cols=city&cols=value&sort=-city"
    assert not View.objects.exists()


def test_a_name_is_given_once_to_each_person(people: dict[str, Client]) -> None:
    for who in ("Bob", "Carol", "Bob"):
        _save(people[who], "Été")
    _save(people["Bob"], "  ete ")
    assert View.objects.count() == 2


def test_a_view_of_what_is_gone_says_so(people: dict[str, Client]) -> None:
    _save(people["Bob"], "Old")
    View.objects.update(filter={"key": "gone", "operator": "is", "value": 1})
    answer = people["Bob"].get(reverse("lists:view", args=[View.objects.get().pk]), follow=True)
    assert "asks for something that is there no more" in answer.content.decode()


def test_a_stranger_is_sent_to_sign_in_and_a_get_saves_nothing(people: dict[str, Client]) -> None:
    assert "/sign-in" in Client().post(reverse("lists:views"))["Location"]
    assert people["Bob"].get(reverse("lists:views")).status_code == 405


def test_the_system_has_no_views(db: None) -> None:
    given = {"node": EVERYTHING, "words": "", "columns": (), "sort": "", "is_shared": False, "at": NOW}
    with pytest.raises(PermissionRefused):
        save_view(name="Mine", by=SYSTEM, **given)  # type: ignore[arg-type]
    bob = Principal("user", "7", "Bob", "reader")
    saved = save_view(name="Mine", by=bob, **given)  # type: ignore[arg-type]
    with pytest.raises(ViewRefused, match="mine"):
        save_view(name="mine", by=bob, **given)  # type: ignore[arg-type]
    with pytest.raises(PermissionRefused):
        remove_view(view=saved, by=Principal("user", "8", "Carol", "owner"), at=NOW)


def test_columns_are_chosen_and_any_sorts(people: dict[str, Client]) -> None:
    page = people["Alice"].get(LIST, {"cols": ["city", "tags", "probability_active", "nonsense"], "sort": "-city"})
    shown = page.content.decode()
    assert [column.key for column in page.context["table"].columns] == ["name", "city", "tags", "probability_active"]
    assert 'aria-sort="descending"' in shown
    assert "0.33" in shown
    assert page.context["table"].rows[0].cells[1].text == "Évreux"


def test_the_usual_columns_are_eight(people: dict[str, Client]) -> None:
    assert len(people["Alice"].get(LIST).context["table"].columns) == 8


@pytest.mark.parametrize("small", [0, 1_000], ids=["mirror", "table"])
def test_a_page_asks_as_much_of_many_as_of_few(
    people: dict[str, Client], small: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    with django_assert_max_num_queries(15) as asked:
        people["Alice"].get(LIST, {"f": "may_phone:is:yes", "q": "chloe", "sort": "-value"})
    make_cards(range(500))
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    with django_assert_max_num_queries(len(asked)):
        people["Alice"].get(LIST, {"f": "may_phone:is:yes", "q": "chloe", "sort": "-value"})


@pytest.mark.parametrize("small", [0, 1_000], ids=["mirror", "table"])
def test_the_export_is_the_list(people: dict[str, Client], small: int) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=small)
    wanted = PartyCard.objects.filter(stage="active").order_by("-value", "-pk")
    answer = people["Alice"].get(reverse("lists:export"), {"f": "stage:is:active", "cols": "value", "sort": "-value"})
    lines = b"".join(answer).decode().splitlines()
    assert len(lines) - 1 == wanted.count()


def test_a_condition_that_cannot_be_answered_now_is_left_aside_and_said(people: dict[str, Client]) -> None:
    answer = people["Alice"].get(LIST, {"f": "bought:times:at_least:1"})
    assert "not laid out yet" in answer.content.decode()
    assert answer.status_code == 200


def test_a_page_behind_the_last_row_leads_back(people: dict[str, Client]) -> None:
    beyond = Cursor(None, 2**62).encode()
    page = people["Alice"].get(LIST, {"sort": "name", "at": beyond}).content.decode()
    assert "Back to the page before" in page


def test_it_says_when_too_much_changed_at_once(people: dict[str, Client], monkeypatch: pytest.MonkeyPatch) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
    monkeypatch.setattr(instance, "MOST_LIVE", 2)
    mark_cards(list(PartyCard.objects.values_list("pk", flat=True)[:3]), NOW)
    assert "Much changed at once" in people["Alice"].get(LIST).content.decode()


def test_a_view_keeps_any_filter(db: None) -> None:
    node = Is("name", "contains", "é")
    bob = Principal("user", "7", "Bob", "reader")
    saved = save_view(name="É", node=node, words="", columns=(), sort="", is_shared=False, by=bob, at=NOW)
    assert saved.filter == {"key": "name", "operator": "contains", "value": "é"}
