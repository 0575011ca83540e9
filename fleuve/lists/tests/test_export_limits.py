"""How many rows leave in a day. docs/rules/export.md."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from fleuve.accounts.models import Notice, User
from fleuve.accounts.tests.cast import client_of
from fleuve.events.models import Event
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.lists.actions import change_export_limit, reserve_export
from fleuve.lists.errors import ExportRefused
from fleuve.lists.exporting.limits import DEFAULTS, allowance
from fleuve.lists.models import Export, ExportLimit
from fleuve.lists.tests.people import people
from fleuve.parties.tests.cast import customer

TODAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 9 o'clock in Paris
TEN = TODAY - timedelta(hours=23)


@pytest.fixture
def cast(db: None, tmp_path: Path) -> Iterator[dict[str, User]]:
    with override_settings(HOME=tmp_path):
        yield people()


def _take(by: Principal, rows: int, at: datetime = TODAY) -> Export:
    return reserve_export(subject="customers", form="csv", rows=rows, by=by, at=at)


# Each line of "What is left": taken yesterday at 10, asked at the hour, for rows; taken or what is left.
LINES = [
    (4_800, TODAY, 500, 200),
    (4_800, TODAY, 200, None),
    (4_800, TEN + timedelta(hours=24), 500, None),
    (0, TODAY, 5_001, 5_000),
    (3_900, TODAY, 100, None),
]


@pytest.mark.parametrize(("taken", "at", "asks", "left"), LINES)
def test_what_is_left(cast: dict[str, User], taken: int, at: datetime, asks: int, left: int | None) -> None:
    """docs/rules/export.md, "What is left"."""
    sam = cast["Sam"].principal
    if taken:
        _take(sam, taken, TEN)
    Notice.objects.all().delete()
    if left is None:
        _take(sam, asks, at)
        return
    with pytest.raises(ExportRefused) as refused:
        _take(sam, asks, at)
    assert (refused.value.values["left"], refused.value.values["most"]) == (left, 5_000)
    if taken:
        assert "you may take out 200 more until 2 Mar 2026, 10:00" in str(refused.value)
    assert Export.objects.filter(rows=asks).count() == 0
    fact = Event.objects.get(name="lists.export_refused")
    assert fact.data == {"rows": asks, "left": left, "most": 5_000}
    (notice,) = Notice.objects.all()
    assert (notice.user.name, notice.kind, notice.subject_id) == ("Alice", "export_refused", str(cast["Sam"].pk))


def test_the_table_of_the_document_is_what_holds_at_first() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "rules" / "export.md"
    section = page.read_text(encoding="utf-8").split("## How many rows a day")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    told = {role: None if rows == "no limit" else int(rows.replace(",", "")) for role, rows in rows[2:]}
    assert told == DEFAULTS


def test_owners_are_told_once_at_four_fifths(cast: dict[str, User]) -> None:
    sam = cast["Sam"].principal
    _take(sam, 3_999)
    assert not Notice.objects.exists()
    _take(sam, 1)
    _take(sam, 900)
    assert [(one.user.name, one.kind) for one in Notice.objects.all()] == [("Alice", "export_near")]


def test_ten_refusals_are_one_notice_until_it_is_read(cast: dict[str, User]) -> None:
    sam = cast["Sam"].principal
    for _ in range(3):
        with pytest.raises(ExportRefused):
            _take(sam, 5_001)
    assert Notice.objects.filter(kind="export_refused").count() == 1
    assert Event.objects.filter(name="lists.export_refused").count() == 3
    Notice.objects.update(seen_at=timezone.now())
    with pytest.raises(ExportRefused):
        _take(sam, 5_001)
    assert Notice.objects.filter(kind="export_refused").count() == 2


def test_each_person_counts_alone_and_a_key_counts_for_its_person(cast: dict[str, User]) -> None:
    sam, max_ = cast["Sam"].principal, cast["Max"].principal
    _take(sam, 5_000)
    _take(max_, 100_000)
    key = Principal("key", "9", "Key of Sam", "seller", grants=frozenset({"export"}), behalf=cast["Sam"].pk)
    with pytest.raises(ExportRefused):
        _take(key, 1)
    _take(cast["Alice"].principal, 5_000_000)
    _take(SYSTEM, 5_000_000)


def test_without_the_right_nothing_is_counted(cast: dict[str, User]) -> None:
    for name in ("Sue", "Ray"):
        with pytest.raises(PermissionRefused):
            _take(cast[name].principal, 1)
    assert not Export.objects.exists()


def test_a_reader_who_gets_the_right_has_no_rows_until_an_owner_gives_some(cast: dict[str, User]) -> None:
    from dataclasses import replace

    with pytest.raises(ExportRefused):
        _take(replace(cast["Ray"].principal, grants=frozenset({"export"})), 1)


def test_the_page_refuses_with_the_sentence_and_counts_nothing(cast: dict[str, User]) -> None:
    ExportLimit.objects.create(role="seller", rows=2)
    sam = cast["Sam"]
    for number in range(3):
        customer(str(number), owner=sam.principal)
    answer = client_of(sam).get("/customers/export/")
    assert answer.status_code == 403
    assert "at most 2 in 24 hours" in answer.content.decode()
    assert not Export.objects.exists()
    assert Event.objects.filter(name="lists.export_refused").count() == 1
    notices = client_of(cast["Alice"]).get(reverse("accounts:notices")).content.decode()
    assert "Sam was refused an export" in notices


def test_an_owner_changes_the_limits_and_nobody_else(cast: dict[str, User]) -> None:
    address = reverse("lists:export_limits")
    alice = client_of(cast["Alice"])
    for name in ("Max", "Sam", "Lee"):
        assert client_of(cast[name]).get(address).status_code == 403
    form = {"rows-manager": "100000", "rows-analyst": "", "rows-seller": "10", "rows-agent": "5000"}
    form |= {f"version-{role}": "1" for role in ("manager", "analyst", "seller", "agent")}
    assert alice.post(address, form).status_code == 302
    assert dict(ExportLimit.objects.values_list("role", "rows")) == {"analyst": None, "seller": 10}
    told = Event.objects.filter(name="lists.export_limit_changed").order_by("id").values_list("data", flat=True)
    assert list(told) == [{"role": "analyst", "rows": None}, {"role": "seller", "rows": 10}]
    _take(cast["Lee"].principal, 10_000_000)
    with pytest.raises(ExportRefused):
        _take(cast["Sam"].principal, 11)
    # The page of a second owner who opened it before: nothing is lost.
    late = alice.post(address, form | {"rows-seller": "99"})
    assert late.status_code == 422
    assert "since you opened" in late.content.decode()
    assert ExportLimit.objects.get(role="seller").rows == 10
    assert alice.post(address, form | {"rows-agent": "-1"}).status_code == 422
    assert Client().get(address).status_code == 302


def test_the_limit_of_an_owner_is_no_question(cast: dict[str, User]) -> None:
    for role in ("owner", "reader", "nonsense"):
        with pytest.raises(ExportRefused):
            change_export_limit(role=role, rows=1, version=1, by=cast["Alice"].principal, at=TODAY)


@pytest.mark.parametrize(
    ("most", "taken", "rows", "holds", "near"),
    [
        (None, [(TEN, 10**9)], 10**9, True, False),
        (0, [], 1, False, False),
        (0, [], 0, True, False),
        (10, [(TODAY - timedelta(hours=24), 10)], 10, True, True),
        (10, [(TODAY - timedelta(hours=24) + timedelta(microseconds=1), 10)], 1, False, False),
        (10, [(TEN, 7)], 1, True, True),
        (10, [(TEN, 8)], 2, True, False),
    ],
)
def test_an_allowance_at_its_edges(
    most: int | None, taken: list[tuple[datetime, int]], rows: int, holds: bool, near: bool
) -> None:
    found = allowance(most, taken, TODAY)
    assert (found.holds(rows), found.comes_near(rows)) == (holds, near)


@pytest.mark.django_db(transaction=True)
def test_two_exports_at_once_never_take_more_than_the_limit(tmp_path: Path) -> None:
    """Eight threads ask for 1,000 of 5,000 rows each: five get them."""
    sam = people()["Sam"].principal
    taken: list[bool] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        try:
            _take(sam, 1_000)
            taken.append(True)
        except ExportRefused:
            taken.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == [False] * 3 + [True] * 5
    assert sum(Export.objects.values_list("rows", flat=True)) == 5_000
