"""Versions: nobody writes over what they have not read, and nobody reads twice what they have."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from fleuve.attributes import EVERYTHING
from fleuve.events.models import Event
from fleuve.kernel.principal import SYSTEM
from fleuve.lists.actions import remove_view, restore_view, save_view
from fleuve.parties.actions import change_own_field, change_tag, create_own_field, create_tag
from fleuve.parties.models import Party
from tests.api.house import House, build_house


def _address(house: House) -> str:
    return f"/customers/{house.customers['Sam']}"


def test_a_change_without_a_version_is_asked_for_one(house: House) -> None:
    for method in ("PATCH", "DELETE"):
        answer = house.ask(method, _address(house), {"values": {"city": "Lille"}} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["code"]) == (428, "version_missing")


def test_whoever_comes_second_is_told_what_stands(house: House) -> None:
    tag = house.ask("GET", _address(house))["ETag"]
    first = house.ask("PATCH", _address(house), {"values": {"city": "Lille"}}, If_Match=tag)
    second = house.ask("PATCH", _address(house), {"values": {"city": "Brest"}}, If_Match=tag)
    assert (first.status_code, second.status_code) == (200, 412)
    told = second.json()["values"]
    assert (told["theirs"], told["version"]) == ({"city": "Lille"}, first.json()["version"])
    late = house.ask("DELETE", _address(house), If_Match=tag)
    assert late.status_code == 412
    assert house.ask("GET", _address(house)).json()["values"]["city"] == "Lille"


def test_a_change_that_changes_nothing_keeps_the_version(house: House) -> None:
    tag = house.ask("GET", _address(house))["ETag"]
    answer = house.ask("PATCH", _address(house), {"values": {"name": "Duval SARL"}}, If_Match=tag)
    assert (answer.status_code, answer["ETag"]) == (200, tag)


def test_what_the_caller_has_is_not_sent_again(house: House) -> None:
    tag = house.ask("GET", _address(house))["ETag"]
    for offered in (tag, f'"999", {tag}', f"W/{tag}"):
        answer = house.ask("GET", _address(house), If_None_Match=offered)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert house.ask("GET", _address(house), If_None_Match='"999"').status_code == 200


def test_a_text_that_is_no_version_is_unreadable(house: House) -> None:
    for given in ("1", "*", 'W/"1"', '"1", "2"', '"one"', ""):
        answer = house.ask("PATCH", _address(house), {"values": {"city": "Lille"}}, If_Match=given)
        assert (answer.status_code, answer.json()["code"]) == (400, "version_malformed"), given
    assert Party.objects.get(pk=house.customers["Sam"]).version == 1


def _tag(house: House) -> tuple[Any, Callable[[], None]]:
    tag = create_tag(name="Fair", by=SYSTEM, at=timezone.now())
    return tag, lambda: change_tag(tag=tag, name="Show", color="", version=1, by=SYSTEM, at=timezone.now())


def _own_field(house: House) -> tuple[Any, Callable[[], None]]:
    field = create_own_field(label="Shop", type="text", by=SYSTEM, at=timezone.now())

    def rename() -> None:
        change_own_field(own_field=field, values={"label": "Branch"}, version=1, by=SYSTEM, at=timezone.now())

    return field, rename


def _view(house: House) -> tuple[Any, Callable[[], None]]:
    by, at = house.users["Alice"].principal, timezone.now()
    view = save_view(name="All", node=EVERYTHING, words="", columns=[], sort="", is_shared=False, by=by, at=at)

    def twice() -> None:
        remove_view(view=view, by=by, at=at)
        restore_view(view=view, by=by, at=at)

    return view, twice


@pytest.mark.parametrize(
    ("make", "address", "action"),
    [
        (_tag, "/tags", "fleuve.parties.api.house.remove_tag"),
        (_own_field, "/own-fields", "fleuve.parties.api.house.remove_own_field"),
        (_view, "/views", "fleuve.lists.api.lists.remove_view"),
    ],
)
def test_what_moves_on_between_the_reading_and_the_removal_stays(
    house: House, monkeypatch: pytest.MonkeyPatch, make: Any, address: str, action: str
) -> None:
    """The version is compared where it is written: whoever was faster by a hair is not overwritten."""
    one, move_on = make(house)
    module, _dot, name = action.rpartition(".")
    remove = getattr(import_module(module), name)

    def late(**asked: Any) -> None:
        move_on()
        remove(**asked)

    monkeypatch.setattr(action, late)
    refused = house.ask("DELETE", f"{address}/{one.pk}", who="Alice", If_Match='"1"')
    assert (refused.status_code, refused.json()["code"]) == (412, "edited_meanwhile")
    one.refresh_from_db()
    assert (one.removed_at, refused.json()["values"]["version"]) == (None, one.version)
    monkeypatch.undo()
    assert house.ask("DELETE", f"{address}/{one.pk}", who="Alice", If_Match=f'"{one.version}"').status_code == 204


@pytest.mark.parametrize(
    ("make", "address", "action"),
    [
        (_tag, "/tags", "fleuve.parties.api.house.restore_tag"),
        (_own_field, "/own-fields", "fleuve.parties.api.house.restore_own_field"),
        (_view, "/views", "fleuve.lists.api.lists.restore_view"),
    ],
)
def test_of_two_who_restore_at_once_one_does(
    house: House, monkeypatch: pytest.MonkeyPatch, make: Any, address: str, action: str
) -> None:
    one, _move_on = make(house)
    house.ask("DELETE", f"{address}/{one.pk}", who="Alice", If_Match='"1"')
    module, _dot, name = action.rpartition(".")
    restore = getattr(import_module(module), name)

    def twice(**asked: Any) -> None:
        restore(**asked)
        restore(**asked)

    monkeypatch.setattr(action, twice)
    late = house.ask("POST", f"{address}/{one.pk}/restoration", who="Alice")
    assert (late.status_code, late.json()["code"]) == (409, "edited_meanwhile")
    one.refresh_from_db()
    assert (one.removed_at, one.version) == (None, 3)
    assert Event.objects.filter(subject_id=str(one.pk), name__endswith="_restored").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_change_and_a_removal_at_once_one_stands(settings: Any) -> None:
    settings.FLEUVE_API_RATE = 0
    house = build_house()
    for number in range(5):
        tag = create_tag(name=f"Fair {number}", by=SYSTEM, at=timezone.now())
        ready = threading.Barrier(2)
        statuses: dict[str, int] = {}

        def send(method: str, body: Any, place: int = tag.pk, ready: Any = ready, told: Any = statuses) -> None:
            ready.wait()
            try:
                told[method] = house.ask(method, f"/tags/{place}", body, who="Alice", If_Match='"1"').status_code
            finally:
                connections.close_all()

        threads = [threading.Thread(target=send, args=one) for one in (("DELETE", None), ("PATCH", {"color": "sky"}))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tag.refresh_from_db()
        assert tag.version == 2, "one of them wrote"
        expected = {"DELETE": 204} if tag.removed_at else {"PATCH": 200}
        assert {name: status for name, status in statuses.items() if status < 300} == expected
        assert set(statuses.values()) <= {200, 204, 404, 412}
