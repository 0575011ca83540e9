from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from fleuve.accounts.models import User
from fleuve.accounts.tests.cast import client_as
from fleuve.jobs import enqueue
from fleuve.jobs.models import Job
from fleuve.jobs.tests import kinds  # noqa: F401 declares the jobs
from fleuve.jobs.tests.cast import ALICE
from fleuve.jobs.tests.hands import run, take
from fleuve.kernel.principal import Principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Client:
    return client_as("owner")


@pytest.fixture
def bob() -> Client:
    return client_as("reader")


def test_the_empty_list_says_what_will_appear(alice: Client) -> None:
    answer = alice.get(reverse("jobs:list"))
    assert answer.status_code == 200
    assert "No background work yet" in answer.content.decode()


def test_the_list_shows_what_failed_first_in_its_sentence(alice: Client) -> None:
    enqueue("test.refused", by=ALICE)
    run(take())
    enqueue("test.nothing", by=ALICE)
    page = alice.get(reverse("jobs:list")).content.decode()
    assert "<strong>1</strong> piece of work is waiting or running." in page
    assert "<strong>1</strong> failed and waits for someone" in page
    assert "The file has no date column: choose one." in page


def test_a_tab_shows_one_state_and_an_unknown_one_shows_all(alice: Client) -> None:
    enqueue("test.nothing", by=ALICE)
    address = reverse("jobs:list")
    assert "No work in this state" in alice.get(address, {"state": "failed"}).content.decode()
    assert "test.nothing" in alice.get(address, {"state": "what", "before": "x"}).content.decode()


def test_the_number_of_queries_is_bounded(alice: Client, django_assert_max_num_queries: object) -> None:
    for _ in range(60):
        enqueue("test.nothing", by=ALICE)
    alice.get(reverse("jobs:list"))  # the first page of a session also writes the session
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        page = alice.get(reverse("jobs:list")).content.decode()
    assert page.count("data-row ") == 50
    assert "before=" in page


def test_a_reader_sees_a_job_but_may_not_steer_it(bob: Client) -> None:
    job = enqueue("test.nothing", by=ALICE)
    assert bob.get(reverse("jobs:detail", args=[job])).status_code == 200
    assert reverse("jobs:cancel", args=[job]) not in bob.get(reverse("jobs:detail", args=[job])).content.decode()
    for name in ("jobs:cancel", "jobs:retry"):
        assert bob.post(reverse(name, args=[job])).status_code == 403
    assert Job.objects.get().state == "queued"


@pytest.mark.parametrize("name", ["jobs:list", "jobs:detail", "jobs:progress"])
def test_a_stranger_is_sent_to_sign_in(client: Client, name: str) -> None:
    job = enqueue("test.nothing", by=ALICE)
    answer = client.get(reverse(name, args=[] if name == "jobs:list" else [job]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("name", ["jobs:cancel", "jobs:retry"])
def test_steering_needs_post(alice: Client, name: str) -> None:
    assert alice.get(reverse(name, args=[enqueue("test.nothing", by=ALICE)])).status_code == 405


def test_a_job_that_is_not_there_is_not_found(alice: Client) -> None:
    assert alice.get(reverse("jobs:detail", args=[1])).status_code == 404
    assert alice.post(reverse("jobs:cancel", args=[1])).status_code == 404


def test_the_progress_fragment_asks_for_itself_until_the_job_has_ended(alice: Client) -> None:
    job = enqueue("test.nothing", by=ALICE)
    address = reverse("jobs:progress", args=[job])
    assert f'hx-get="{address}"' in alice.get(address).content.decode()
    run(take())
    assert "hx-get" not in alice.get(address).content.decode()


def test_cancelling_by_the_card_answers_nothing_and_by_the_form_comes_back(alice: Client) -> None:
    first, second = enqueue("test.nothing", by=ALICE), enqueue("test.nothing", by=ALICE)
    assert alice.post(reverse("jobs:cancel", args=[first]), headers={"HX-Request": "true"}).status_code == 204
    assert alice.post(reverse("jobs:cancel", args=[second])).status_code == 302
    assert set(Job.objects.values_list("state", flat=True)) == {"cancelled"}


def test_what_ended_cannot_be_cancelled_and_says_so(alice: Client) -> None:
    job = enqueue("test.nothing", by=ALICE)
    run(take())
    answer = alice.post(reverse("jobs:cancel", args=[job]))
    assert answer.status_code == 409
    assert "already ended" in answer.content.decode()


@pytest.mark.usefixtures("effect_table")
def test_a_dead_letter_shows_its_reference_and_is_retried(alice: Client) -> None:
    enqueue("test.half", by=ALICE)
    job = run(take())
    page = alice.get(reverse("jobs:detail", args=[job.pk])).content.decode()
    assert job.error_reference in page
    assert alice.post(reverse("jobs:retry", args=[job.pk])).status_code == 302
    assert Job.objects.get().state == "queued"


def test_whoever_asked_may_cancel_though_only_a_reader(bob: Client) -> None:
    reader = User.objects.get(email="reader@example.org").principal
    assert isinstance(reader, Principal)
    job = enqueue("test.nothing", by=reader)
    assert bob.post(reverse("jobs:cancel", args=[job])).status_code == 302
