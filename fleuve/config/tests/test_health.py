from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.test import Client

from fleuve.config import health
from fleuve.config.durability import DurabilityRefused, read_durability
from fleuve.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_live_asks_nobody(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "live"})


def test_ready_when_everything_is_there(client: Client) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert set(response.json()["checks"]) == {"database", "durability", "migrations", "worker", "disk"}


def test_ready_tells_what_this_process_reads_of_its_connection(client: Client) -> None:
    assert client.get("/health/ready").json()["durability"] == read_durability().as_dict()


def test_not_ready_when_a_write_could_be_lost(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DurabilityRefused("synchronous is off")

    monkeypatch.setattr(health, "check_durability", refuse)
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["checks"]["durability"]) == (503, False)


def test_not_ready_when_work_waits_and_nobody_takes_it(client: Client) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    Job.objects.create(name="x.y", queue="quick", due_at=long_ago, enqueued_at=long_ago, attempts_left=1)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"] is False


def test_not_ready_when_the_disk_is_nearly_full(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_LEAST_FREE_BYTES", 1 << 62)
    assert client.get("/health/ready").json()["checks"]["disk"] is False


def test_a_check_that_fails_is_an_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> bool:
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "_database_answers", away)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] is False


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/health/live").status_code == 405
