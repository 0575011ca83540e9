from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fleuve.notes.tests.test_pages import browser
from fleuve.parties.tests.cast import ALICE, CLEO, MAX, NOW, RAY, SAM, customer
from fleuve.tasks.actions import add_task
from fleuve.tasks.models import Task

pytestmark = pytest.mark.usefixtures("house")


def test_a_task_goes_from_the_customers_page_to_done_and_back() -> None:
    party, alice = customer(), browser(ALICE)
    told = {"title": "Send the offer", "due_on": "2026-03-05", "assigned_id": "1", "reminder": "on_day"}
    answer = alice.post(f"/customers/{party}/tasks/", told)
    assert answer["Location"].endswith("#panel-customer-tasks")
    task = Task.objects.get()
    assert task.remind_at is not None
    assert "Send the offer" in alice.get("/tasks/").content.decode()
    assert "Jean Li" in alice.get("/tasks/").content.decode()
    assert alice.post(f"/tasks/{task.pk}/completion/", {"back": "mine"}).status_code == 302
    assert "Send the offer" in alice.get("/tasks/?scope=done").content.decode()
    page = browser(MAX).post(f"/tasks/{task.pk}/completion/", {"back": "mine"}, follow=True).content.decode()
    assert "Alice has done this already" in page
    assert alice.post(f"/tasks/{task.pk}/reopening/").status_code == 302
    assert Task.objects.get().done_at is None


def test_two_people_one_task() -> None:
    alice = browser(ALICE)
    task = add_task(title="one", assigned_id=1, by=ALICE, at=NOW)
    told = {"title": "two", "version": 1, "assigned_id": "1", "priority": "1"}
    assert alice.post(f"/tasks/{task.pk}/", told).status_code == 302
    answer = alice.post(f"/tasks/{task.pk}/", {**told, "title": "three"})
    assert answer.status_code == 409
    assert "<dd>two</dd>" in answer.content.decode()
    assert 'value="three"' in answer.content.decode()


def test_what_cannot_be_kept_is_said_on_the_form() -> None:
    alice = browser(ALICE)
    for told in ({"title": ""}, {"title": "x", "reminder": "on_day"}, {"title": "x", "assigned_id": "404"}):
        answer = alice.post("/tasks/", told)
        assert answer.status_code == 422, told
        assert 'role="alert"' in answer.content.decode()
    assert not Task.objects.exists()


def test_foreign_and_missing_look_alike_and_readers_write_nothing() -> None:
    task = add_task(title="south", party_id=customer(owner=CLEO), by=CLEO, at=NOW)
    sam, ray = browser(SAM), browser(RAY)
    assert sam.get(f"/tasks/{task.pk}/").status_code == 404
    assert ray.get(f"/tasks/{task.pk}/").status_code == 200
    for deed in ("completion", "removal", "reopening"):
        assert sam.post(f"/tasks/{task.pk}/{deed}/").status_code == 404, deed
        assert sam.post(f"/tasks/77/{deed}/").status_code == 404, deed
        assert ray.post(f"/tasks/{task.pk}/{deed}/").status_code == 403, deed
    assert ray.post("/tasks/", {"title": "x"}).status_code == 403
    assert Task.objects.get().done_at is None


def test_questions_do_not_grow_with_the_tasks() -> None:
    alice = browser(ALICE)
    party = customer()
    add_task(title="x", party_id=party, assigned_id=1, by=ALICE, at=NOW)
    alice.get("/notices/")  # the first page of a session notes the visit
    with CaptureQueriesContext(connection) as few:
        alice.get("/tasks/")
    for number in range(30):
        add_task(title=str(number), party_id=customer(str(number + 100)), assigned_id=1, by=ALICE, at=NOW)
    with CaptureQueriesContext(connection) as many:
        assert alice.get("/tasks/").status_code == 200
    assert len(many) == len(few) <= 14
