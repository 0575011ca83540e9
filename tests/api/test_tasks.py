"""Tasks, as programs add and finish them."""

from __future__ import annotations

import pytest

from fleuve.accounts.models import Notice
from fleuve.tasks.models import Task
from tests.api.house import House


def _made(house: House, **more: object) -> dict[str, object]:
    answer = house.ask("POST", "/tasks", {"title": "Call back", **more})
    assert answer.status_code == 201, answer.content
    told: dict[str, object] = answer.json()
    return told


def test_a_task_is_added_changed_finished_reopened_removed_and_restored(house: House) -> None:
    customer = str(house.customers["Sam"])
    told = _made(house, customer_id=customer, due_on="2026-12-24", reminder="day_before", priority="high",
                 assigned_to=str(house.users["Sam"].pk))  # fmt: skip
    assert (told["customer_id"], told["reminder"], told["priority"], told["version"]) == (
        customer, "day_before", "high", 1,
    )  # fmt: skip
    address = f"/tasks/{told['id']}"
    changed = house.ask("PATCH", address, {"title": "Call Ada back"}, If_Match='"1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"2"'), changed.content
    same = ("customer_id", "due_on", "reminder", "priority", "assigned_to", "detail")
    assert [changed.json()[name] for name in same] == [told[name] for name in same]
    done = house.ask("POST", f"{address}/completion")
    assert (done.status_code, done.json()["done_by"]) == (200, "Sam’s program · Sam"), done.content
    assert house.ask("POST", f"{address}/completion").status_code == 409
    assert house.ask("POST", f"{address}/reopening").json()["done_at"] is None
    assert house.ask("DELETE", address, If_Match='"2"').status_code == 204
    assert house.ask("GET", address).status_code == 404
    assert house.ask("POST", f"{address}/restoration").json()["title"] == "Call Ada back"


def test_a_day_that_is_taken_away_takes_its_reminder_along(house: House) -> None:
    told = _made(house, due_on="2026-12-24", reminder="on_day")
    changed = house.ask("PATCH", f"/tasks/{told['id']}", {"due_on": None}, If_Match='"1"').json()
    assert (changed["due_on"], changed["reminder"], changed["title"]) == (None, "", "Call back")


def test_a_change_names_the_version_that_was_read(house: House) -> None:
    address = f"/tasks/{_made(house)['id']}"
    assert house.ask("PATCH", address, {"title": "x"}).status_code == 428
    assert house.ask("PATCH", address, {"title": "Two"}, If_Match='"1"').status_code == 200
    assert house.ask("PATCH", address, {"title": "Three"}, If_Match='"1"').status_code == 412
    assert house.ask("DELETE", address, If_Match='"1"').status_code == 412
    assert (Task.objects.get().title, Task.objects.get().removed_at) == ("Two", None)


def test_lists_are_narrowed_and_come_in_pages(house: House) -> None:
    customer = str(house.customers["Sam"])
    about, mine, done = (
        _made(house, customer_id=customer),
        _made(house, assigned_to=str(house.users["Sam"].pk)),
        _made(house),
    )
    house.ask("POST", f"/tasks/{done['id']}/completion")

    def listed(query: str) -> list[str]:
        page = house.ask("GET", f"/tasks?{query}")
        assert page.status_code == 200, page.content
        return [one["id"] for one in page.json()["items"]]

    assert listed("") == [mine["id"], about["id"]]
    assert listed("state=done") == [done["id"]]
    assert listed("state=all&limit=1") == [done["id"]]
    assert listed("mine=true") == [mine["id"]]
    assert listed(f"customer_id={customer}") == [about["id"]]
    page = house.ask("GET", "/tasks?limit=1").json()
    assert listed(f"limit=1&after={page['next']}") == [about["id"]]
    assert house.ask("GET", f"/tasks?customer_id={house.customers['Cléo']}").status_code == 404


def test_whom_a_task_is_given_to_must_be_there_and_is_told(house: House) -> None:
    cleo = str(house.users["Cléo"].pk)
    refused = house.ask("POST", "/tasks", {"title": "x", "assigned_to": cleo})
    assert (refused.status_code, refused.json()["code"]) == (422, "other_team")
    given = house.ask("POST", "/tasks", {"title": "x", "assigned_to": cleo}, who="Alice")
    assert given.status_code == 201
    assert Notice.objects.get(user=house.users["Cléo"]).kind == "assigned"
    assert house.ask("POST", "/tasks", {"title": "x", "assigned_to": "17"}).json()["code"] == "nobody"


@pytest.mark.parametrize("deed", ["", "/completion", "/reopening", "/restoration"])
def test_nobody_touches_a_task_beyond_their_reach(house: House, deed: str) -> None:
    told = _made(house, customer_id=str(house.customers["Sam"]))
    for method in ("GET", "PATCH", "DELETE") if not deed else ("POST",):
        body = {"title": "x"} if method == "PATCH" else None
        foreign = house.ask(method, f"/tasks/{told['id']}{deed}", body, who="Cléo", If_Match='"1"')
        missing = house.ask(method, f"/tasks/17{deed}", body, who="Cléo", If_Match='"1"')
        assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert Task.objects.get().version == 1


def test_whoever_only_reads_adds_nothing(house: House) -> None:
    assert house.ask("POST", "/tasks", {"title": "x"}, who="Ray").status_code == 403
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "body", [{}, {"title": ""}, {"title": "x", "priority": "huge"}, {"title": "x", "reminder": "on_day"}, {"name": "x"}]
)
def test_what_is_no_task_is_refused(house: House, body: dict[str, str]) -> None:
    assert house.ask("POST", "/tasks", body).status_code == 422
    assert not Task.objects.exists()
