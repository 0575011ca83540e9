"""Who saw whom: docs/rules/audit.md."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fleuve.accounts.actions import count_viewings, erase_viewings, forget_viewings
from fleuve.accounts.actions.count_viewings import MANY_A_DAY
from fleuve.accounts.actions.make_key import make_key
from fleuve.accounts.jobs import enqueue_counting
from fleuve.accounts.models import Notice, Organisation, User, Viewing
from fleuve.accounts.queries.viewings import SeenFilter, seen_page
from fleuve.accounts.seeing import Seen, finished_segments, saw
from fleuve.accounts.tests.cast import client_as
from fleuve.events.models import Event
from fleuve.jobs.models import Job
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.parties.tests.cast import customer

NOW = datetime(2026, 3, 1, 22, 30, 10, tzinfo=UTC)
ANN = Principal("user", "7", "Ann", "agent")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def _count(now: datetime) -> None:
    for segment in finished_segments(now):
        count_viewings(seen=sorted(segment.seen()), moment=segment.moment, by=SYSTEM, at=now)
        segment.path.unlink()


def _lines(home: Path) -> list[str]:
    return sorted(line for path in (home / "seen").glob("*.log") for line in path.read_text().splitlines())


def test_a_line_is_appended_and_readable_by_its_owner_only(home: Path) -> None:
    saw(ANN, 12, NOW)
    saw(ANN, 12, NOW)
    assert _lines(home) == ["7 12", "7 12"]
    (path,) = (home / "seen").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_key_notes_its_person_and_the_system_nobody(home: Path) -> None:
    saw(Principal("key", "1", "Shop", "agent", behalf=7), 12, NOW)
    saw(SYSTEM, 12, NOW)
    assert _lines(home) == ["7 12"]


def test_a_minute_is_counted_when_it_is_over_for_good(home: Path, organisation: Organisation) -> None:
    saw(ANN, 12, NOW)
    assert not list(finished_segments(NOW + timedelta(seconds=109)))
    (segment,) = finished_segments(NOW + timedelta(seconds=110))
    assert segment.moment == datetime(2026, 3, 1, 22, 30, tzinfo=UTC)


def test_looking_again_counts_minutes_on_the_day_of_the_organisation(home: Path, organisation: Organisation) -> None:
    """docs/rules/audit.md, "Who saw whom"."""
    for minutes in (0, 0, 3, 40, 41):  # 23:30, 23:30, 23:33, 00:10 and 00:11 in Paris
        saw(ANN, 12, NOW + timedelta(minutes=minutes))
    _count(NOW + timedelta(hours=2))
    days = Viewing.objects.order_by("on").values_list("user_id", "party_id", "on", "times")
    assert list(days) == [(7, 12, date(2026, 3, 1), 2), (7, 12, date(2026, 3, 2), 2)]


def test_counting_a_minute_twice_changes_nothing(organisation: Organisation) -> None:
    for _ in range(2):
        count_viewings(seen=[Seen(7, 12)], moment=NOW, by=SYSTEM, at=NOW)
        count_viewings(seen=[Seen(7, 12)], moment=NOW + timedelta(minutes=1), by=SYSTEM, at=NOW)
    assert Viewing.objects.get().times == 2


def test_a_line_cut_short_by_a_full_disk_is_left_out(home: Path) -> None:
    saw(ANN, 12, NOW)
    (path,) = (home / "seen").iterdir()
    with path.open("ab") as stream:
        stream.write(b"7 13\n7 \nx\n\xff\n99999999999999999999 1\n8 9")
    (segment,) = finished_segments(NOW + timedelta(hours=1))
    assert segment.seen() == {Seen(7, 12), Seen(7, 13), Seen(8, 9)}


def test_a_disk_that_is_full_does_not_close_the_page_and_the_log_tells(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        saw(ANN, 12, NOW)
    assert "a viewing was not noted" in caplog.text
    (segment,) = finished_segments(NOW + timedelta(hours=1))
    assert segment.seen() == frozenset()


def test_threads_lose_no_line(home: Path) -> None:
    def look(first: int) -> None:
        for party in range(first, first + 200):
            saw(ANN, party, NOW)

    threads = [threading.Thread(target=look, args=(number * 1000,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (segment,) = finished_segments(NOW + timedelta(hours=1))
    assert len(segment.seen()) == 800


def test_a_killed_process_loses_nothing_that_it_noted(home: Path) -> None:
    program = """
import os, signal, sys
from datetime import UTC, datetime
import django
django.setup()
from fleuve.accounts.seeing import saw
from fleuve.kernel.principal import Principal
for party in range(1, 301):
    saw(Principal("user", "7", "Ann", "agent"), party, datetime(2026, 3, 1, 22, 30, tzinfo=UTC))
    print(party, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    environment = {**os.environ, "FLEUVE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "fleuve.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == -9, done.stderr
    told = {Seen(7, int(line)) for line in done.stdout.split()}
    (segment,) = finished_segments(NOW + timedelta(hours=1))
    assert segment.seen() == told
    assert len(told) == 300


def test_the_job_counts_each_file_and_deletes_it(home: Path, organisation: Organisation) -> None:
    saw(ANN, 12, timezone.now() - timedelta(minutes=5))
    saw(ANN, 13, timezone.now())
    enqueue_counting(timezone.now())
    enqueue_counting(timezone.now())
    assert Job.objects.filter(name="accounts.count_viewings").count() == 1
    run_until_idle()
    assert list(Viewing.objects.values_list("party_id", flat=True)) == [12]
    assert _lines(home) == ["7 13"], "the minute that is not over waits"


def test_a_quiet_minute_leaves_no_job(organisation: Organisation) -> None:
    enqueue_counting(timezone.now())
    assert not Job.objects.exists()


def test_more_than_the_line_in_a_day_is_told_to_owners_once(alice: User, bob: User) -> None:
    def look(first: int, count: int, minute: int) -> None:
        seen = [Seen(bob.pk, number) for number in range(first, first + count)]
        count_viewings(seen=seen, moment=NOW + timedelta(minutes=minute), by=SYSTEM, at=NOW)

    look(1, MANY_A_DAY - 1, 0)
    look(MANY_A_DAY, 1, 1)
    assert not Notice.objects.exists(), "as many as the line is not more"
    look(MANY_A_DAY + 1, 1, 2)
    look(MANY_A_DAY + 1, 1, 2)
    look(MANY_A_DAY + 2, 50, 3)
    (notice,) = Notice.objects.all()
    assert (notice.user_id, notice.kind, notice.subject_id) == (alice.pk, "many_viewings", str(bob.pk))


def test_it_is_forgotten_after_a_year(organisation: Organisation) -> None:
    for days in (364, 366, 400):
        moment = NOW - timedelta(days=days)
        count_viewings(seen=[Seen(7, 12)], moment=moment, by=SYSTEM, at=moment)
    assert forget_viewings(by=SYSTEM, at=NOW) == 2
    assert forget_viewings(by=SYSTEM, at=NOW) == 0
    assert Viewing.objects.count() == 1


def test_it_is_erased_by_customer_and_by_person(organisation: Organisation) -> None:
    seen = [Seen(7, 12), Seen(7, 13), Seen(8, 12), Seen(9, 14)]
    count_viewings(seen=seen, moment=NOW, by=SYSTEM, at=NOW)
    assert erase_viewings(party_ids=[12], user_ids=[9], by=SYSTEM, at=NOW) == 3
    assert erase_viewings(party_ids=[12], user_ids=[9], by=SYSTEM, at=NOW) == 0
    assert list(Viewing.objects.values_list("user_id", "party_id")) == [(7, 13)]
    assert Event.objects.get(name="accounts.viewings_erased").data == {"rows": 3}


def test_only_who_operates_counts_forgets_and_erases(organisation: Organisation) -> None:
    with pytest.raises(PermissionRefused):
        count_viewings(seen=[], moment=NOW, by=ANN, at=NOW)
    with pytest.raises(PermissionRefused):
        forget_viewings(by=ANN, at=NOW)
    with pytest.raises(PermissionRefused):
        erase_viewings(party_ids=[1], by=ANN, at=NOW)


def test_a_page_of_a_customer_notes_who_opened_it_without_a_query(home: Path, organisation: Organisation) -> None:
    client = client_as("agent")
    user = User.objects.get(email="agent@example.org")
    party = customer("1", name="Duval")
    client.get(f"/customers/{party}/details/")
    (home / "seen").rename(home / "before")
    with CaptureQueriesContext(connection) as noted:
        assert client.get(f"/customers/{party}/details/").status_code == 200
    assert _lines(home) == [f"{user.pk} {party}"]
    assert not [one for one in noted if "viewing" in one["sql"]]


def test_a_panel_asked_for_by_itself_is_noted_too(home: Path, organisation: Organisation) -> None:
    client = client_as("owner")
    party = customer("1", name="Duval")
    assert client.get("/panels/customer.changes/", {"party": str(party)}).status_code == 200
    assert len(_lines(home)) == 1


def test_a_program_that_reads_a_customer_is_noted_as_its_person(home: Path, alice: User, bob: User) -> None:
    party = customer("1", name="Duval")
    made = make_key(name="Shop", user=bob, scopes=["customers:read"], by=alice.principal, at=timezone.now())
    headers = {"Authorization": f"Bearer {made.token}"}
    assert Client().get(f"/api/v1/customers/{party}", headers=headers).status_code == 200
    assert Client().get("/api/v1/customers/1", headers=headers).status_code == 404
    assert _lines(home) == [f"{bob.pk} {party}"]


def test_what_was_not_shown_is_not_noted(home: Path, organisation: Organisation) -> None:
    client = client_as("agent")
    party = customer("1", name="Duval")
    client.get("/customers/1/details/")
    client.head(f"/customers/{party}/details/")
    client.get("/customers/")
    Client().get(f"/customers/{party}/details/")
    assert not (home / "seen").exists()


def _seen(client: Client, query: str = "") -> str:
    answer = client.get(f"/settings/audit/seen/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_tells_who_saw_whom_and_filters(alice: User, bob: User, as_alice: Client) -> None:
    duval, nord = customer("1", name="Duval"), customer("2", name="Nord")
    for user in (alice, bob):
        count_viewings(seen=[Seen(user.pk, duval)], moment=NOW, by=SYSTEM, at=NOW)
    count_viewings(seen=[Seen(bob.pk, nord)], moment=NOW, by=SYSTEM, at=NOW)
    assert _seen(as_alice).count("<tr data-row>") == 3
    assert _seen(as_alice, f"?person={bob.pk}").count("<tr data-row>") == 2
    assert _seen(as_alice, f"?customer={duval}").count("<tr data-row>") == 2
    assert _seen(as_alice, f"?customer={duval}&person={bob.pk}").count("<tr data-row>") == 1
    assert _seen(as_alice, "?customer=nord").count("<tr data-row>") == 1
    assert "Nothing matches" in _seen(as_alice, "?customer=nobody+of+that+name")
    assert "<tr data-row>" not in _seen(as_alice, "?person=9")


def test_several_of_a_name_are_offered(as_alice: Client) -> None:
    customer("1", name="Duval Nord")
    customer("2", name="Duval Sud")
    page = _seen(as_alice, "?customer=duval")
    assert "Which of them?" in page
    assert "Duval Sud" in page


def test_it_pages_by_key_with_the_same_queries(as_alice: Client, alice: User) -> None:
    count_viewings(seen=[Seen(alice.pk, number) for number in range(1, 121)], moment=NOW, by=SYSTEM, at=NOW)
    first = seen_page(alice.principal, SeenFilter())
    second = seen_page(alice.principal, SeenFilter(), first.next_before)
    third = seen_page(alice.principal, SeenFilter(), second.next_before)
    assert [len(page.rows) for page in (first, second, third)] == [50, 50, 20]
    assert third.next_before is None
    with CaptureQueriesContext(connection) as found:
        seen_page(alice.principal, SeenFilter(user_id=alice.pk))
    assert len(found) <= 4


def test_a_customer_out_of_reach_is_left_out(organisation: Organisation, bob: User) -> None:
    count_viewings(seen=[Seen(bob.pk, customer("1", name="Duval"))], moment=NOW, by=SYSTEM, at=NOW)
    manager = Principal("user", "5", "Max", "manager", reads="own")
    assert seen_page(manager, SeenFilter()).rows == ()
    assert len(seen_page(Principal("user", "5", "Max", "manager"), SeenFilter()).rows) == 1


@pytest.mark.parametrize("role", ["seller", "agent", "analyst", "reader"])
def test_who_may_not_audit_is_refused(organisation: Organisation, role: str) -> None:
    client = client_as(role)
    assert client.get("/settings/audit/seen/").status_code == 403
    assert client.post("/settings/audit/seen/").status_code in (403, 405)


def test_the_panel_is_for_whoever_audits(organisation: Organisation, bob: User) -> None:
    party = customer("1", name="Duval")
    count_viewings(seen=[Seen(bob.pk, party)], moment=NOW, by=SYSTEM, at=NOW)
    panel = client_as("manager").get("/panels/customer.viewings/", {"party": str(party)})
    assert "Bob" in panel.content.decode()
    assert client_as("agent").get("/panels/customer.viewings/", {"party": str(party)}).status_code == 403


def test_hostile_addresses_break_nothing(as_alice: Client) -> None:
    for text in ("9" * 19, "9" * 40, "-1", "٣", "%27", "{{7*7}}", "a" * 5000):
        for name in ("person", "customer", "before"):
            assert as_alice.get("/settings/audit/seen/", {name: text}).status_code == 200
