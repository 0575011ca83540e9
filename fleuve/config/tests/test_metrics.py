"""``/metrics``: who may look, what it tells, and what it must never tell."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from prometheus_client.parser import text_string_to_metric_families

from fleuve.config import gauges, metrics
from fleuve.jobs.models import Job
from fleuve.kernel import measures

pytestmark = pytest.mark.django_db

LOOPBACK: dict[str, Any] = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}


def _read(client: Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    response = client.get("/metrics", **LOOPBACK)
    assert response.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_programs_of_this_machine_may_look_without_a_token(client: Client) -> None:
    response = client.get("/metrics", **LOOPBACK)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "10.1.2.3", "HTTP_HOST": "127.0.0.1:8000"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "fleuve.example.org"},
        {**LOOPBACK, "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {**LOOPBACK, "HTTP_X_FORWARDED_PROTO": "https"},
        {**LOOPBACK, "HTTP_FORWARDED": "for=203.0.113.9"},
    ],
)
def test_whoever_comes_from_elsewhere_finds_nothing(client: Client, settings: Any, asked: dict[str, Any]) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "fleuve.example.org"]
    assert client.get("/metrics", **asked).status_code == 404


def test_a_token_opens_from_anywhere_and_closes_to_everybody_else(client: Client, settings: Any) -> None:
    settings.FLEUVE_METRICS_TOKEN = "a-long-token"
    elsewhere: dict[str, Any] = {"REMOTE_ADDR": "10.1.2.3"}
    assert client.get("/metrics", **elsewhere, HTTP_AUTHORIZATION="Bearer a-long-token").status_code == 200
    assert client.get("/metrics", **elsewhere, HTTP_AUTHORIZATION="Bearer another").status_code == 404
    assert client.get("/metrics", **LOOPBACK).status_code == 404


def test_nothing_can_be_posted(client: Client) -> None:
    assert client.post("/metrics", **LOOPBACK).status_code == 405


def test_a_request_is_counted_by_the_name_of_its_route(client: Client) -> None:
    key = ("fleuve_request_seconds_count", (("method", "GET"), ("route", "accounts:sign_in"), ("status", "200")))
    before = _read(client).get(key, 0.0)
    client.get("/sign-in/?next=/customers/4711/")
    assert _read(client)[key] == before + 1


def test_what_a_stranger_invents_makes_no_label(client: Client) -> None:
    client.generic("BREW", "/secret-name/")
    told = client.get("/metrics", **LOOPBACK).content.decode()
    assert 'method="other"' in told
    assert "BREW" not in told
    assert "secret-name" not in told


def test_failed_sign_ins_are_counted(client: Client) -> None:
    key = ("fleuve_sign_in_failures_total", ())
    before = _read(client)[key]
    client.post("/sign-in/", {"username": "nobody@example.org", "password": "wrong"})
    assert _read(client)[key] == before + 1


def test_waiting_work_is_told_by_queue(client: Client) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    Job.objects.create(name="x.y", queue="heavy", due_at=long_ago, enqueued_at=long_ago, attempts_left=1)
    told = _read(client)
    assert told[("fleuve_jobs_waiting", (("of", "heavy"),))] == 1
    assert told[("fleuve_jobs_waiting", (("of", "quick"),))] == 0
    assert told[("fleuve_jobs_oldest_seconds", (("of", "heavy"),))] == pytest.approx(300, abs=30)


def test_finished_work_is_told_by_its_end_and_its_name(client: Client) -> None:
    now = datetime.now(UTC)
    times = {"due_at": now, "enqueued_at": now, "started_at": now - timedelta(seconds=8), "finished_at": now}
    Job.objects.create(name="x.y", queue="quick", state="succeeded", attempts_left=1, **times)
    told = _read(client)
    assert told[("fleuve_jobs_ended", (("of", "succeeded"),))] == 1
    assert told[("fleuve_jobs_mean_seconds", (("of", "x.y"),))] == pytest.approx(8)


def test_disk_and_database_are_told(client: Client) -> None:
    told = _read(client)
    assert told[("fleuve_database_bytes", ())] > 0
    assert told[("fleuve_disk_free_bytes", ())] > 0
    assert told[("fleuve_backup_age_seconds", ())] >= -1


def test_a_measure_that_fails_leaves_the_others(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> float:
        raise OSError("gone")

    monkeypatch.setitem(measures._measures, "broken", measures.Measure("broken", "Always fails.", broken))
    told = _read(client)
    assert told[("fleuve_unread_measures", ())] == 1
    assert ("fleuve_broken", ()) not in told
    assert ("fleuve_outbox_waiting", ()) in told


def test_every_measure_has_a_row_in_the_operating_manual(rf: RequestFactory) -> None:
    from pathlib import Path

    manual = (Path(__file__).parents[3] / "docs" / "operating" / "metrics.md").read_text(encoding="utf-8")
    told = {f"fleuve_{measure.name}" for measure in measures.measures()}
    told |= {"fleuve_request_seconds", "fleuve_sign_in_failures_total", "fleuve_unread_measures"}
    assert told == set(re.findall(r"`(fleuve_\w+)`", manual))


def test_labels_hold_no_numbers_of_rows(client: Client) -> None:
    told = client.get("/metrics", **LOOPBACK).content.decode()
    labels = re.findall(r'="([^"]*)"', re.sub(r'(le|status)="[^"]*"', "", told))
    assert not [label for label in labels if re.search(r"\d{4,}|@", label)]


def test_facts_that_nobody_hands_on_are_told_by_age() -> None:
    from fleuve.events.models import Event, Outbox

    assert gauges.outbox_oldest_seconds() == 0
    event = Event.objects.order_by("id").first()
    if event is None:
        from fleuve.accounts.actions import configure_organisation
        from fleuve.kernel.principal import SYSTEM

        configure_organisation(name="X", by=SYSTEM, at=datetime.now(UTC) - timedelta(minutes=10))
        event = Event.objects.order_by("id").first()
    assert event is not None
    Outbox.objects.create(event=event, listener="x")
    assert gauges.outbox_oldest_seconds() == pytest.approx(600, abs=60)


def test_the_view_is_public_and_named() -> None:
    assert getattr(metrics.metrics, "is_public", False)
