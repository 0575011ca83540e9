from __future__ import annotations

import pytest
from django.db import transaction

from fleuve.events import listen, listen_all, listening, record
from fleuve.events.models import Event, Outbox
from fleuve.events.tests.cast import ALICE, NOON
from fleuve.jobs.models import Job
from fleuve.jobs.worker import run_until_idle

pytestmark = pytest.mark.django_db

FACT = "history.rebuilt"
heard: list[tuple[str, int]] = []


def at_once(event: Event) -> None:
    heard.append(("at once", event.pk))


def afterwards(event: Event) -> None:
    heard.append(("afterwards", event.pk))


def failing(event: Event) -> None:
    heard.append(("failing", event.pk))
    raise RuntimeError("no")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    heard.clear()
    monkeypatch.setattr(listening, "_listeners", {"same_transaction": {}, "after_commit": {}})
    monkeypatch.setattr(listening, "_everything", {})


def test_a_listener_of_the_same_transaction_is_called_inline() -> None:
    listen(FACT, at_once, mode="same_transaction")
    event = record(FACT, by=ALICE, at=NOON)
    assert heard == [("at once", event.pk)]
    assert not Outbox.objects.exists()


def test_its_failure_undoes_the_change() -> None:
    listen(FACT, failing, mode="same_transaction")
    with pytest.raises(RuntimeError), transaction.atomic():
        record(FACT, by=ALICE, at=NOON)
    assert not Event.objects.exists()


def test_a_listener_after_commit_is_called_by_a_job() -> None:
    listen(FACT, afterwards, mode="after_commit")
    event = record(FACT, by=ALICE, at=NOON)
    assert (heard, Outbox.objects.count()) == ([], 1)
    run_until_idle()
    assert (heard, Outbox.objects.count()) == ([("afterwards", event.pk)], 0)


def test_a_listener_that_fails_is_tried_again_and_does_not_hold_up_another() -> None:
    listen(FACT, failing, mode="after_commit")
    listen(FACT, afterwards, mode="after_commit")
    event = record(FACT, by=ALICE, at=NOON)
    run_until_idle()
    assert sorted(heard) == [("afterwards", event.pk), ("failing", event.pk)]
    waiting = Job.objects.get(state="queued")
    assert waiting.payload["listener"].endswith("failing")
    Job.objects.filter(pk=waiting.pk).update(due_at=NOON)
    run_until_idle()
    assert heard.count(("failing", event.pk)) == 2


def test_an_event_that_commits_late_with_a_smaller_id_is_not_missed() -> None:
    listen(FACT, afterwards, mode="after_commit")
    first, second = record(FACT, by=ALICE, at=NOON), record(FACT, by=ALICE, at=NOON)
    late = Outbox.objects.get(event=first)
    Outbox.objects.filter(pk=late.pk).delete()
    run_until_idle()
    late.save(force_insert=True)
    run_until_idle()
    assert heard == [("afterwards", second.pk), ("afterwards", first.pk)]


def test_a_listener_that_the_code_no_longer_has_is_let_go() -> None:
    listen(FACT, afterwards, mode="after_commit")
    record(FACT, by=ALICE, at=NOON)
    listening._listeners["after_commit"].clear()
    run_until_idle()
    assert Job.objects.get(name="events.deliver").result == {"delivered": False}


def test_listening_to_a_fact_that_is_not_declared_is_refused() -> None:
    with pytest.raises(LookupError, match="not declared"):
        listen("history.eaten", at_once, mode="same_transaction")


def test_a_storm_of_facts_leaves_in_batches() -> None:
    listen(FACT, afterwards, mode="after_commit")
    for _ in range(130):
        record(FACT, by=ALICE, at=NOON)
    run_until_idle()
    assert len({pk for _, pk in heard}) == 130


def test_a_listener_to_everything_hears_public_facts_that_it_wants() -> None:
    wanted = {"value.revalued"}
    listen_all(afterwards, wants=wanted.__contains__)
    heard_one = record("value.revalued", by=ALICE, at=NOON)
    record("imports.file_imported", by=ALICE, at=NOON)
    assert Outbox.objects.count() == 1, "a fact that nobody wants costs no row"
    wanted |= {"accounts.user_created"}
    record("accounts.user_created", by=ALICE, at=NOON)
    assert Outbox.objects.count() == 1, "what is not public is told to nobody"
    run_until_idle()
    assert heard == [("afterwards", heard_one.pk)]
