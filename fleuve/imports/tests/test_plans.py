"""Files that come by themselves: what a plan takes, what it leaves to a person, where it never looks."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from fleuve.accounts.actions import create_user
from fleuve.accounts.models import Notice, Organisation, User
from fleuve.events.models import Event
from fleuve.imports.actions import (
    change_plan,
    discard_import,
    pause_after_restore,
    pause_plan,
    remove_plan,
    restore_plan,
    resume_plan,
    run_plan_now,
    settle_mapping,
    start_import,
    start_undo,
)
from fleuve.imports.actions.check_import import check_import
from fleuve.imports.actions.receive_file import receive_file
from fleuve.imports.actions.wake_plans import wake_plans
from fleuve.imports.errors import ImportsError, PlanExists, WrongState
from fleuve.imports.keeping import opened_header
from fleuve.imports.models import Import, Plan
from fleuve.imports.places import inbox_path
from fleuve.imports.plan_wish import PlanWish
from fleuve.imports.repeating import next_moment, why_no_rhythm
from fleuve.imports.tests.desk import ALICE, bring, listed, told
from fleuve.imports.tests.place import DAILY, a_plan, a_url_plan, host, put, run
from fleuve.imports.uploads import upload_path
from fleuve.jobs import enqueue
from fleuve.jobs.models import Job
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.errors import EditedMeanwhile, PermissionRefused
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.outbound import OutboundRefused
from fleuve.parties.models import Record

pytestmark = pytest.mark.django_db

HEAD = "Customer number;Name;E-mail;City\n"
ADA = HEAD + "C1;Ada;ada@example.org;Lyon\n"
BOB = HEAD + "C1;Ada;ada@example.org;Paris\nC2;Bob;bob@example.org;Nice\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """A data folder of the test's own: its inbox is empty."""
    settings.HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def settled(organisation: Organisation, tmp_path: Path) -> Import:
    """The shop's list was brought by hand once: its columns are known."""
    return bring(listed(tmp_path, "C0;Zoé;zoe@example.org;Lille"))


@pytest.fixture
def sam(organisation: Organisation) -> User:
    """Sam may bring files."""
    made: User = create_user(email="sam@example.org", name="Sam", role="manager", password=None, by=SYSTEM,
                             at=timezone.now())  # fmt: skip
    return made


def _said(plan: Plan) -> str:
    return str(plan.said["code"])


def test_a_file_in_the_folder_is_imported_and_put_away(settled: Import) -> None:
    plan = a_plan()
    put("monday.csv", ADA)
    run(plan)
    row = Import.objects.get(plan=plan)
    assert (row.state, row.source, row.file_name) == (Import.State.IMPORTED, settled.source, "monday.csv")
    assert told("C1") == "Lyon"
    assert (plan.state, _said(plan)) == (Plan.State.ON, "taken")
    assert [path.name for path in inbox_path("shop").iterdir()] == ["done"]
    assert (inbox_path("shop") / "done" / "monday.csv").read_text() == ADA
    assert Event.objects.filter(name="imports.plan_ran", subject_id=str(plan.pk)).count() == 1


def test_the_same_file_is_not_imported_twice_even_when_it_was_undone(settled: Import) -> None:
    plan = a_plan()
    put("monday.csv", ADA)
    run(plan)
    start_undo(row=Import.objects.get(plan=plan), by=ALICE, at=timezone.now())
    run_until_idle(queues=("heavy",))
    put("again.csv", ADA)
    run(plan)
    assert Import.objects.filter(plan=plan).count() == 1
    assert (_said(plan), plan.failures) == ("same_file", 0)
    assert not Record.objects.filter(external_id="C1").exists()
    assert (inbox_path("shop") / "done" / "again.csv").exists()


def test_a_file_that_was_brought_by_hand_is_not_brought_again(settled: Import) -> None:
    plan = a_plan()
    put("copy.csv", HEAD + "C0;Zoé;zoe@example.org;Lille\n")
    run(plan)
    assert _said(plan) == "same_file"
    assert Import.objects.count() == 1


def test_several_files_come_one_after_the_other_the_oldest_first(settled: Import) -> None:
    plan = a_plan()
    put("b-monday.csv", ADA, age=500)
    put("a-tuesday.csv", BOB, age=400)
    run(plan, at_most=1)
    assert plan.goes_on
    wake_plans(timezone.now())  # the first one is not imported yet
    assert not Job.objects.filter(name="imports.run_plan", state="queued").exists()
    run_until_idle(queues=("heavy",), at_most=50)
    plan.refresh_from_db()
    assert (told("C1"), told("C2"), plan.goes_on) == ("Paris", "Nice", False)
    brought = Import.objects.filter(plan=plan).order_by("started_at").values_list("file_name", flat=True)
    assert list(brought) == ["b-monday.csv", "a-tuesday.csv"]


def test_a_file_that_is_being_written_waits(settled: Import) -> None:
    plan = a_plan()
    put("monday.csv", ADA, age=0)
    put("sunday.csv.part", ADA)
    put(".hidden.csv", ADA)
    run(plan, at_most=1)
    assert (_said(plan), plan.goes_on, Import.objects.filter(plan=plan).count()) == ("being_written", True, 0)


def test_new_columns_wait_for_a_person_and_come_by_themselves_afterwards(settled: Import, sam: User) -> None:
    plan = a_plan(by=sam.principal)
    put("monday.csv", "Customer number;Name;E-mail;Town;Rank\nC1;Ada;ada@example.org;Lyon;A\n", age=500)
    put("tuesday.csv", "Customer number;Name;E-mail;Town;Rank\nC2;Bob;bob@example.org;Nice;B\n", age=400)
    run(plan, by=sam.principal)
    row = Import.objects.get(plan=plan)
    assert (plan.state, _said(plan), row.state) == (Plan.State.WAITING, "new_columns", Import.State.LOOKED_AT)
    assert not Record.objects.filter(external_id="C1").exists()
    assert Notice.objects.get(user=sam).kind == "plan_waits"
    with pytest.raises(WrongState):
        run_plan_now(plan=plan, by=ALICE, at=timezone.now())
    with pytest.raises(WrongState):
        resume_plan(plan=plan, by=ALICE, at=timezone.now())
    settle_mapping(row=row, source_name="Shop", answers={"currency": "EUR"}, by=ALICE, at=timezone.now())
    start_import(row=check_import(row=row, by=ALICE, at=timezone.now()), by=ALICE, at=timezone.now())
    run_until_idle(queues=("heavy",), at_most=50)
    plan.refresh_from_db()
    assert plan.state == Plan.State.ON
    assert (told("C1"), told("C2")) == ("Lyon", "Nice")


def test_columns_that_another_source_has_are_not_known(settled: Import) -> None:
    plan = a_plan(source="Till")
    put("monday.csv", ADA)
    run(plan)
    assert (plan.state, _said(plan)) == (Plan.State.WAITING, "new_columns")
    assert Import.objects.get(plan=plan).source == plan.source


def test_putting_the_file_aside_lets_the_plan_go_on(settled: Import) -> None:
    plan = a_plan()
    put("monday.csv", "Customer number;Rank\nC1;A\n")
    run(plan)
    discard_import(row=Import.objects.get(plan=plan), by=ALICE, at=timezone.now())
    plan.refresh_from_db()
    assert plan.state == Plan.State.ON
    put("tuesday.csv", "Customer number;Rank\nC1;A\n")
    assert _said(run(plan)) == "same_file"


def test_many_rows_that_cannot_be_read_wait_for_a_person(organisation: Organisation, tmp_path: Path) -> None:
    head = "Invoice;Date;Customer number;Amount\n"
    bring(listed(tmp_path, "F0;2026-01-05;C0;10.00", head=head.strip()))
    plan = a_plan()
    good = "".join(f"F{number};2026-01-{number:02d};C1;10.00\n" for number in range(1, 9))
    put("monday.csv", head + good + "F9;soon;C1;10.00\n")
    run(plan)
    assert (plan.state, _said(plan)) == (Plan.State.WAITING, "set_aside")
    assert Import.objects.get(plan=plan).state == Import.State.CHECKED


def test_a_file_that_proves_another_order_of_day_and_month_waits(organisation: Organisation, tmp_path: Path) -> None:
    head = "Invoice;Date;Customer number;Amount\n"
    bring(listed(tmp_path, "F0;05/02/2026;C0;10.00", head=head.strip()), answers={"currency": "EUR",
                                                                                 "date_order": "dmy"})  # fmt: skip
    plan = a_plan()
    put("monday.csv", head + "F1;01/25/2026;C1;10.00\n")
    run(plan)
    assert (plan.state, _said(plan)) == (Plan.State.WAITING, "contradicts")


def test_a_day_without_a_row_is_no_failure(settled: Import) -> None:
    plan = a_plan()
    put("sunday.csv", HEAD)
    run(plan)
    assert (_said(plan), plan.failures, plan.state) == ("empty_file", 0, Plan.State.ON)


def test_five_failures_in_a_row_pause_it_and_say_so(settled: Import, sam: User) -> None:
    plan = a_plan(by=sam.principal)
    for number in range(1, 6):
        put(f"noise-{number}.csv", f"\x00\x01{number}\x02" * 200)
        run(plan, by=sam.principal)
        assert plan.failures == number
        assert (inbox_path("shop") / "refused" / f"noise-{number}.csv").exists()
    assert (plan.state, plan.paused_why) == (Plan.State.PAUSED, Plan.Why.FAILING)
    assert list(Notice.objects.filter(user=sam).order_by("at", "id").values_list("kind", flat=True)) == [
        "plan_failed", "plan_paused",
    ]  # fmt: skip
    resume_plan(plan=plan, by=ALICE, at=timezone.now())
    assert (plan.state, plan.failures) == (Plan.State.ON, 0)


def test_links_are_not_followed(settled: Import, tmp_path: Path) -> None:
    plan = a_plan()
    outside = tmp_path / "outside.csv"
    outside.write_text(ADA)
    (inbox_path("shop") / "inside.csv").symlink_to(outside)
    os.mkfifo(inbox_path("shop") / "pipe.csv")
    assert _said(run(plan)) == "nothing_there"
    (inbox_path("shop") / "inside.csv").unlink()
    (inbox_path("shop") / "pipe.csv").unlink()
    inbox_path("shop").rmdir()
    inbox_path("shop").symlink_to(tmp_path)
    assert _said(run(plan)) == "folder_closed"
    assert outside.exists()
    assert Import.objects.filter(plan=plan).count() == 0


def test_a_shelf_that_leads_elsewhere_takes_nothing_out(settled: Import, tmp_path: Path) -> None:
    plan = a_plan()
    (inbox_path("shop") / "done").symlink_to(tmp_path)
    put("monday.csv", ADA)
    assert _said(run(plan)) == "folder_closed"
    assert (inbox_path("shop") / "monday.csv").exists()
    assert not (tmp_path / "monday.csv").exists()


@pytest.mark.parametrize("folder", ["../shop", "/etc", "a/b", "..", ".", "", ".ssh", "a\\b", "é", "x" * 61, "a\nb"])
def test_only_a_plain_name_is_a_folder(organisation: Organisation, folder: str) -> None:
    with pytest.raises(ImportsError):
        a_plan(folder=folder)
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("0 6 * * *", ""),
        ("*/5 * * * *", ""),
        ("0,5 6 * * 1-5", ""),
        ("*/4 * * * *", "cron_too_often"),
        ("* * * * *", "cron_too_often"),
        ("58,1 * * * *", "cron_too_often"),
        ("0 0 30 2 *", "cron_unreadable"),
        ("0 6 * *", "cron_unreadable"),
        ("0 6 * * * 30", "cron_unreadable"),
        ("soon", "cron_unreadable"),
    ],
)
def test_a_rhythm_leaves_five_minutes(cron: str, why: str) -> None:
    assert why_no_rhythm(cron) == why


def test_its_moments_are_of_the_house_and_come_once(settled: Import, sam: User) -> None:
    a_plan(by=sam.principal)
    zone = ZoneInfo("Europe/Paris")
    before = next_moment(DAILY, now=timezone.now(), zone=zone)
    assert (before.astimezone(zone).hour, before.astimezone(zone).minute) == (6, 0)
    wake_plans(before - timedelta(seconds=1))
    assert not Job.objects.filter(name="imports.run_plan").exists()
    for _ in range(2):
        wake_plans(before + timedelta(seconds=5))
    job = Job.objects.get(name="imports.run_plan")
    assert (job.by.kind, job.by.id) == ("user", str(sam.pk))
    run_until_idle(queues=("heavy",))
    wake_plans(before + timedelta(days=3))  # three moments missed: one run
    assert Job.objects.filter(name="imports.run_plan", state="queued").count() == 1


def test_a_paused_plan_runs_by_hand_only(settled: Import) -> None:
    plan = a_plan()
    assert pause_plan(plan=plan, by=ALICE, at=timezone.now())
    assert not pause_plan(plan=plan, by=ALICE, at=timezone.now())
    wake_plans(timezone.now() + timedelta(days=2))
    assert not Job.objects.filter(name="imports.run_plan").exists()
    put("monday.csv", ADA)
    run(plan)
    assert (told("C1"), plan.state) == ("Lyon", Plan.State.PAUSED)


def test_whoever_may_no_longer_import_brings_nothing(settled: Import, sam: User) -> None:
    plan = a_plan(by=sam.principal)
    User.objects.filter(pk=sam.pk).update(role="reader")
    put("monday.csv", ADA)
    wake_plans(timezone.now() + timedelta(days=1))
    run_until_idle(queues=("heavy",))
    plan.refresh_from_db()
    assert (_said(plan), plan.failures) == ("permission_refused", 1)
    assert not Record.objects.filter(external_id="C1").exists()
    with pytest.raises(PermissionRefused):
        run_plan_now(plan=plan, by=Principal("user", "9", "Rita", "reader"), at=timezone.now())


def test_an_interrupted_run_goes_on_with_the_file_that_it_had_received(settled: Import) -> None:
    plan = a_plan()
    put("monday.csv", ADA)
    with_bytes = (inbox_path("shop") / "monday.csv").read_bytes()
    receive_file(file_name="monday.csv", blocks=[with_bytes], plan=plan, by=ALICE, at=timezone.now())
    run(plan)  # killed after the receipt, before the file was put away
    row = Import.objects.get(plan=plan)
    assert row.state == Import.State.IMPORTED
    plan.refresh_from_db()
    assert _said(plan) == "same_file"
    assert (inbox_path("shop") / "done" / "monday.csv").exists()
    assert Import.objects.filter(plan=plan).count() == 1


@pytest.mark.parametrize("step", ["look_at_file", "check_import", "start_import", "settle_plan"])
def test_a_crash_at_any_step_brings_the_file_once(settled: Import, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = a_plan()
    put("monday.csv", ADA)
    with monkeypatch.context() as broken:

        def crash(**given: Any) -> None:
            raise RuntimeError("the power went")

        broken.setattr(f"fleuve.imports.actions.run_plan.{step}", crash)
        run(plan)
    Job.objects.filter(name="imports.run_plan").delete()
    for _ in range(3):
        run(plan)
    assert Import.objects.filter(plan=plan).count() == 1
    assert Import.objects.get(plan=plan).state == Import.State.IMPORTED
    assert (told("C1"), plan.failures) == ("Lyon", 0)


def test_two_attempts_at_once_receive_it_once(settled: Import) -> None:
    from django.db import IntegrityError

    plan = a_plan()
    receive_file(file_name="a.csv", blocks=[b"x"], plan=plan, by=ALICE, at=timezone.now())
    uploads = set(upload_path(1).parent.iterdir())
    with pytest.raises(IntegrityError):
        receive_file(file_name="b.csv", blocks=[b"x"], plan=plan, by=ALICE, at=timezone.now())
    assert set(upload_path(1).parent.iterdir()) == uploads


def test_an_address_gives_its_file_with_the_secret_header(settled: Import) -> None:
    with host() as files:
        files.body = ADA.encode()
        plan = a_url_plan(files.url, header_name="Authorization", header_value="Bearer river-otter")
        run(plan)
        assert files.headers[0]["authorization"] == "Bearer river-otter"
        assert (told("C1"), Import.objects.get(plan=plan).file_name) == ("Lyon", "customers.csv")
        assert b"river-otter" not in bytes(Plan.objects.get().header_value or b"")
        assert _said(run(plan)) == "same_file"
        files.body = BOB.encode()
        run(plan)
    assert (told("C1"), told("C2")) == ("Paris", "Nice")
    assert not Event.objects.filter(data__icontains="river-otter").exists()


@pytest.mark.parametrize(("status", "code"), [(302, "http_moved"), (404, "http_status"), (500, "http_status")])
def test_any_answer_but_a_file_is_a_failure(settled: Import, status: int, code: str) -> None:
    with host() as files:
        files.body, files.status = ADA.encode(), status
        plan = run(a_url_plan(files.url))
    assert (_said(plan), plan.failures, len(files.headers)) == (code, 1, 1)
    assert not Import.objects.filter(plan=plan).exists()


def test_a_file_beyond_the_limit_is_cut_off_and_refused(settled: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    from fleuve.imports.reading import Limits

    monkeypatch.setattr("fleuve.imports.places.LIMITS", Limits(file_bytes=100))
    with host() as files:
        files.body = b"x" * 101
        plan = run(a_url_plan(files.url))
    assert _said(plan) == "download_too_large"


def test_a_name_that_leads_home_is_refused_at_each_run(settled: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *given, **named: [(2, 1, 6, "", ("127.0.0.1", 443))])
    plan = run(a_url_plan("https://files.example.org/a.csv"))
    assert (_said(plan), plan.failures) == ("outbound_address", 1)


@pytest.mark.parametrize(
    "url",
    ["http://files.example/a", "file:///etc/passwd", "https://127.0.0.1/", "https://[::1]/", "https://a@b.example/"],
)
def test_an_address_that_no_lookup_can_make_right_is_no_plan(organisation: Organisation, url: str) -> None:
    wish = PlanWish("Shop", "Shop", DAILY, url=url)
    with pytest.raises(OutboundRefused):
        wish.refuse_what_cannot_be(allows_http=False)


def test_the_secret_goes_to_no_other_host_and_is_forgotten_in_the_trash(settled: Import) -> None:
    plan = a_url_plan("https://files.example/a.csv", header_name="X-Key", header_value="hush")

    def change(**wished: str) -> None:
        wish = PlanWish(**{"name": "Shop", "source": "Shop", "cron": DAILY, "url": plan.url, "header_name": "X-Key",
                           **wished})  # fmt: skip
        change_plan(plan=plan, wish=wish, version=plan.version, by=ALICE, at=timezone.now())

    change(url="https://files.example/b.csv")
    assert opened_header(plan) == "hush"
    for wished in ({"url": "https://other.example/a.csv"}, {"header_name": "X-Other"}):
        with pytest.raises(ImportsError, match="what it says"):
            change(**wished)
    change(url="https://other.example/a.csv", header_value="other")
    assert opened_header(plan) == "other"
    change(header_name="")
    assert plan.header_value is None
    change(header_value="again")
    remove_plan(plan=plan, by=ALICE, at=timezone.now())
    assert (plan.header_value, plan.removed_by_label) == (None, "Alice")
    restore_plan(plan=plan, by=ALICE, at=timezone.now())
    assert (plan.state, plan.removed_at) == (Plan.State.PAUSED, None)
    assert _said(run(plan)) == "header_missing"


def test_a_secret_of_another_install_is_asked_for_again(settled: Import, settings: Any) -> None:
    plan = a_url_plan("https://files.example/a.csv", header_name="X-Key", header_value="hush")
    settings.SECRET_KEY = "another install's key, long enough to be one"
    assert _said(run(plan)) == "header_unreadable"


@pytest.mark.parametrize("name", ["Host", "content-length", "X Key", "X-Key:", "é", "a\r\nb"])
def test_a_header_that_would_speak_for_the_request_is_refused(organisation: Organisation, name: str) -> None:
    with pytest.raises(ImportsError):
        a_url_plan("https://files.example/a.csv", header_name=name, header_value="x")


def test_a_header_says_one_line(organisation: Organisation) -> None:
    with pytest.raises(ImportsError):
        a_url_plan("https://files.example/a.csv", header_name="X-Key", header_value="a\r\nHost: elsewhere")


def test_names_and_folders_are_given_once_and_again_after_the_trash(settled: Import) -> None:
    first = a_plan()
    with pytest.raises(PlanExists, match="name"):
        a_plan(name="shop", folder="other")
    with pytest.raises(PlanExists, match="folder"):
        a_plan(name="Other")
    remove_plan(plan=first, by=ALICE, at=timezone.now())
    a_plan()
    with pytest.raises(PlanExists):
        restore_plan(plan=first, by=ALICE, at=timezone.now())


def test_of_two_saves_of_one_page_the_second_is_told(settled: Import) -> None:
    plan = a_plan()
    wish = PlanWish("Shop", "Shop", "0 7 * * *", folder="shop")
    change_plan(plan=plan, wish=wish, version=1, by=ALICE, at=timezone.now())
    with pytest.raises(EditedMeanwhile):
        change_plan(plan=plan, wish=PlanWish("Till", "Shop", DAILY, folder="shop"), version=1, by=ALICE,
                    at=timezone.now())  # fmt: skip
    assert (plan.name, plan.cron, plan.version) == ("Shop", "0 7 * * *", 2)


def test_everything_is_paused_after_a_restore(settled: Import) -> None:
    plan, other = a_plan(), a_plan(name="Other", folder="other")
    pause_plan(plan=other, by=ALICE, at=timezone.now())
    inbox_path("shop").rmdir()
    assert pause_after_restore(by=SYSTEM, at=timezone.now()) == 1
    plan.refresh_from_db()
    assert (plan.state, plan.paused_why) == (Plan.State.PAUSED, Plan.Why.RESTORED)
    assert inbox_path("shop").is_dir()


def test_the_example_takes_no_files(settled: Import) -> None:
    Organisation.objects.update(is_example=True)
    from fleuve.accounts.queries import forget_organisation

    forget_organisation()
    plan = a_plan()
    put("monday.csv", ADA)
    assert _said(run(plan)) == "example_is_complete"


def test_only_the_file_of_the_home_is_touched(settled: Import) -> None:
    plan = a_plan()
    put("monday.csv", ADA)
    run(plan)
    inside = {path.relative_to(settings.HOME / "inbox").as_posix() for path in (settings.HOME / "inbox").rglob("*")}
    assert inside == {"shop", "shop/done", "shop/done/monday.csv"}


def test_a_run_while_the_file_before_is_imported_waits(settled: Import) -> None:
    plan = a_plan()
    put("monday.csv", ADA)
    row = receive_file(file_name="x.csv", blocks=[b"x"], plan=plan, by=ALICE, at=timezone.now())
    live = enqueue("imports.run", by=SYSTEM, run_at=timezone.now() + timedelta(hours=1), import_id=row.pk)
    Import.objects.filter(pk=row.pk).update(state=Import.State.RUNNING, job_id=live)
    assert (_said(run(plan)), plan.goes_on) == ("busy", True)
    Job.objects.filter(pk=live).delete()
    assert (_said(run(plan)), plan.state) == ("import_stopped", Plan.State.WAITING)
    resume_plan(plan=plan, by=ALICE, at=timezone.now())
    assert plan.state == Plan.State.ON
