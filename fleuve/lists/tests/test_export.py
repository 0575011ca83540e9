"""Taking lists out: what the files hold, on a small base and out of the mirror. docs/rules/export.md."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from fleuve.accounts.actions import set_field_rule
from fleuve.accounts.models import User
from fleuve.accounts.queries import organisation
from fleuve.accounts.tests.cast import client_of
from fleuve.attributes import EVERYTHING, registry
from fleuve.changes.models import Change
from fleuve.events.models import Event
from fleuve.imports.reading.text_rows import split_rows
from fleuve.imports.tests.desk import bring
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import SYSTEM
from fleuve.lists.actions import forget_exports, refresh_mirror
from fleuve.lists.exporting.cells import Dialect, safe_texts
from fleuve.lists.exporting.columns import FileColumn
from fleuve.lists.exporting.files import export_file, export_files
from fleuve.lists.exporting.wish import ALL_COLUMNS, USUAL_COLUMNS, Wish, columns_taken
from fleuve.lists.exporting.workbook import Workbook
from fleuve.lists.exporting.writing import write_file
from fleuve.lists.models import Export
from fleuve.lists.tests.people import people
from fleuve.lists.views import export as export_views
from fleuve.parties.actions import Edit, change_customers, create_own_field, create_tag, record_refusal
from fleuve.parties.models import PartyCard, Record
from fleuve.parties.tests.cast import customer
from fleuve.ui.sheets import safe_cell
from fleuve.ui.tables import Sort

EXPORT = "/customers/export/"
ENGINES = pytest.mark.parametrize("small", [0, 1_000], ids=["mirror", "table"])


@pytest.fixture
def cast(db: None, tmp_path: Path) -> Iterator[dict[str, User]]:
    with override_settings(HOME=tmp_path):
        yield people()


def _bytes(response: HttpResponseBase) -> bytes:
    return b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]


def _rows(response: HttpResponseBase, delimiter: str = ",") -> list[list[str]]:
    text = _bytes(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _fields(by: User) -> dict[str, Any]:
    """One field of each type with a value."""
    now = timezone.now()
    told: dict[str, Any] = {
        "text": "=1+1 \"quoted\", \u00e9t\u00e9\nnext line", "number": Decimal("9000000000000.5"), "money": -123_450,
        "date": date(2025, 12, 31), "yes_no": False, "choice": "blue", "choices": ("blue", "red"), "link": 0,
    }  # fmt: skip
    found = {}
    for kind, value in told.items():
        choices = ["Blue", "Red"] if kind.startswith("choice") else []
        field = create_own_field(label=f"Own {kind}", type=kind, choices=choices, by=by.principal, at=now)
        found[f"own_{field.key}"] = value
    return found


def _filled(by: User) -> tuple[list[int], dict[str, Any]]:
    fields = _fields(by)
    parties = [customer(str(number), name=f"Name {number}", city="Lyon") for number in range(3)]
    fields["own_own_link"] = parties[2]
    edits = [Edit(parties[0], key, value) for key, value in fields.items()]
    change_customers(edits=edits, by=by.principal, at=timezone.now())
    return parties, fields


@ENGINES
def test_parquet_holds_types(cast: dict[str, User], small: int) -> None:
    alice = cast["Alice"]
    _parties, fields = _filled(alice)
    refresh_mirror(whole=True, by=SYSTEM, at=timezone.now(), small=small)
    columns = ["city", "at_stake", "last_purchase_on", "may_phone", *fields]
    answer = client_of(alice).get(EXPORT, {"cols": columns, "sort": "name", "form": "parquet"})
    table = parquet.read_table(io.BytesIO(_bytes(answer)))
    assert {field.name: field.type for field in table.schema} == {
        "customer_number": pa.string(), "name": pa.string(), "city": pa.string(), "at_stake": pa.decimal128(20, 2),
        "last_purchase_on": pa.date32(), "may_phone": pa.bool_(), "own_own_text": pa.string(),
        "own_own_number": pa.float64(), "own_own_money": pa.decimal128(20, 2), "own_own_date": pa.date32(),
        "own_own_yes_no": pa.bool_(), "own_own_choice": pa.string(), "own_own_choices": pa.list_(pa.string()),
        "own_own_link": pa.string(),
    }  # fmt: skip
    first, second = table.to_pylist()[:2]
    assert {key: value for key, value in first.items() if key.startswith("own_")} == {
        "own_own_text": fields["own_own_text"], "own_own_number": 9000000000000.5,
        "own_own_money": Decimal("-1234.50"), "own_own_date": date(2025, 12, 31), "own_own_yes_no": False,
        "own_own_choice": "Blue", "own_own_choices": ["Blue", "Red"], "own_own_link": "Name 2",
    }  # fmt: skip
    assert {value for key, value in second.items() if key.startswith("own_")} == {None}
    today = organisation().today(timezone.now())
    assert answer["Content-Disposition"] == f'attachment; filename="customers-{today}.parquet"'


@ENGINES
def test_csv_in_the_reader_s_language(cast: dict[str, User], small: int) -> None:
    alice = cast["Alice"]
    _parties, fields = _filled(alice)
    refresh_mirror(whole=True, by=SYSTEM, at=timezone.now(), small=small)
    told = {"cols": list(fields), "sort": "name"}
    head, first, second, _third = _rows(client_of(alice).get(EXPORT, told))
    assert head[:3] == ["Customer number", "Name", "Own text"]
    assert first == [
        "0", "Name 0", "'=1+1 \"quoted\", \u00e9t\u00e9\nnext line", "9000000000000.5", "-1234.50", "2025-12-31", "no",
        "Blue", "Blue; Red", "Name 2",
    ]  # fmt: skip
    assert second == ["1", "Name 1", *[""] * 8]
    User.objects.filter(pk=alice.pk).update(language="fr")
    head, first, *_others = _rows(client_of(User.objects.get(pk=alice.pk)).get(EXPORT, told), ";")
    assert head[:2] == ["Numéro de client", "Nom"]
    assert first[3:7] == ["9000000000000,5", "-1234,50", "2025-12-31", "non"]


@ENGINES
def test_excel_opens_it_as_typed_cells_and_never_as_formulas(cast: dict[str, User], small: int) -> None:
    alice = cast["Alice"]
    _parties, fields = _filled(alice)
    refresh_mirror(whole=True, by=SYSTEM, at=timezone.now(), small=small)
    answer = client_of(alice).get(EXPORT, {"cols": list(fields), "sort": "name", "form": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(_bytes(answer)))
    head, first, second, *_others = list(book[book.sheetnames[0]].iter_rows())
    assert head[2].value == "Own text"
    assert first[2].value == fields["own_own_text"]
    assert [cell.data_type for cell in first[:7]] == ["s", "s", "s", "n", "n", "d", "s"]
    assert [cell.value for cell in first[3:]] == [
        9000000000000.5, -1234.5, datetime(2025, 12, 31), "no", "Blue", "Blue; Red", "Name 2",  # noqa: DTZ001
    ]  # fmt: skip
    assert [cell.value for cell in second[2:]] == [None] * 8
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")


def test_a_list_that_comes_back_changes_nothing(cast: dict[str, User], tmp_path: Path) -> None:
    """What leaves as CSV and is imported again is the same customers with the same values, formulas too."""
    alice = cast["Alice"]
    fields = _fields(alice)
    fields.pop("own_own_link")  # a name tells a person who is meant, not a program
    rows = "\n".join(f"{number};Zoé {number};z{number}@example.org;Évreux" for number in range(40))
    folder = tmp_path / "files"
    folder.mkdir()
    path = folder / "first.csv"
    path.write_text(f"Customer number;Name;E-mail;City\n{rows}\n", encoding="utf-8")
    bring(path)
    parties = list(PartyCard.objects.values_list("pk", flat=True))
    edits = [Edit(party, key, value) for party in parties[:20] for key, value in fields.items()]
    change_customers(edits=edits, by=alice.principal, at=timezone.now())
    before, changes, records = _state(alice), Change.objects.count(), Record.objects.count()
    assert len(before) == 41
    back = folder / "back.csv"
    columns = ["email", "city", *fields]
    back.write_bytes(_bytes(client_of(alice).get(EXPORT, {"cols": columns, "refused": "yes", "sort": "name"})))
    row = bring(back)
    assert row.result is not None
    assert row.result["set_aside"] == 0
    assert (Record.objects.count(), PartyCard.objects.count()) == (records, 40)
    assert _state(alice) == before
    assert Change.objects.exclude(field__startswith="own:").count() == changes - 20 * len(fields)


def _state(by: User) -> list[list[str]]:
    return _rows(client_of(by).get(EXPORT, {"all": "yes", "sort": "name", "refused": "yes"}))


@ENGINES
def test_refused_details_stay_in_unless_asked_for(cast: dict[str, User], small: int) -> None:
    alice = cast["Alice"]
    refuses = customer("r@example.org", name="A", email="r@example.org")
    customer("2", name="B", email="b@example.org")
    customer("3", name="C")
    record = Record.objects.get(memberships__party=refuses)
    record_refusal(record=record, channel="email", reason="", by=alice.principal, at=timezone.now())
    refresh_mirror(whole=True, by=SYSTEM, at=timezone.now(), small=small)
    browser = client_of(alice)
    told = {"cols": "email", "sort": "name"}
    assert [row[::2] for row in _rows(browser.get(EXPORT, told))[1:]] == [["", ""], ["2", "b@example.org"], ["3", ""]]
    assert _rows(browser.get(EXPORT, {**told, "refused": "yes"}))[1][::2] == ["r@example.org", "r@example.org"]
    facts = Event.objects.filter(name="workspace.list_exported").order_by("id")
    assert [one["with_refused"] for one in facts.values_list("data", flat=True)] == [False, True]
    # An analyst takes lists out and sees no contact detail: asking for refused ones is no way round.
    lee = client_of(cast["Lee"])
    assert _rows(lee.get(EXPORT, told))[0] == ["Customer number", "Name"]
    assert lee.get(EXPORT, {**told, "refused": "yes"}).status_code == 403


@ENGINES
def test_a_hidden_field_leaves_with_nobody_who_may_not_see_it(cast: dict[str, User], small: int) -> None:
    customer("1", name="A", city="SECRET-42")
    for key in ("city", "may_email"):
        set_field_rule(role="analyst", attribute=key, may="hidden", by=cast["Alice"].principal, at=timezone.now())
    refresh_mirror(whole=True, by=SYSTEM, at=timezone.now(), small=small)
    lee = client_of(User.objects.get(pk=cast["Lee"].pk))
    for more in ({"cols": ["city", "kind"]}, {"all": "yes"}):
        text = _bytes(lee.get(EXPORT, more)).decode()
        assert "SECRET-42" not in text
        assert "A" in text
    assert lee.get(EXPORT, {"f": "city:is:SECRET-42"}).status_code in (302, 400, 404, 409, 422)


@ENGINES
def test_only_customers_within_reach_leave(cast: dict[str, User], small: int) -> None:
    customer("1", name="Mine", owner=cast["Sam"].principal)
    customer("2", name="Team", owner=cast["Sue"].principal)
    customer("3", name="Theirs", owner=cast["Lee"].principal)
    refresh_mirror(whole=True, by=SYSTEM, at=timezone.now(), small=small)
    assert [row[1] for row in _rows(client_of(cast["Sam"]).get(EXPORT, {"sort": "name"}))[1:]] == ["Mine", "Team"]


@ENGINES
def test_order_columns_and_words_are_those_of_the_list(cast: dict[str, User], small: int) -> None:
    for number, city in enumerate(["Lyon", "Paris", "", "Arles"]):
        customer(str(number), name=f"Zoé {number}" if number else "Paul", city=city)
    refresh_mirror(whole=True, by=SYSTEM, at=timezone.now(), small=small)
    browser = client_of(cast["Alice"])
    rows = _rows(browser.get(EXPORT, {"cols": "city", "sort": "-city", "q": "zoe"}))
    assert rows[0] == ["Customer number", "Name", "City"]
    assert rows[1:] == [["1", "Zoé 1", "Paris"], ["3", "Zoé 3", "Arles"], ["2", "Zoé 2", ""]]
    usual = ["stage", "last_purchase_on", "usual_gap_days", "revenue_12_months", "value", "at_stake"]
    keys = ["customer_number", "name", *usual, "may_phone", "may_email", "may_post"]
    told = parquet.read_table(io.BytesIO(_bytes(browser.get(EXPORT, {"form": "parquet"}))))
    assert told.schema.names == keys
    assert len(_rows(browser.get(EXPORT, {"all": "yes"}))[0]) == len(list(registry))


def test_tags_and_owners_leave_by_name(cast: dict[str, User]) -> None:
    alice, now = cast["Alice"], timezone.now()
    tags = [create_tag(name=name, color="", by=alice.principal, at=now) for name in ("VIP", "Fair")]
    party = customer("1", owner=cast["Sam"].principal)
    change_customers(edits=[Edit(party, "tags", [one.pk for one in tags])], by=alice.principal, at=now)
    (row,) = _rows(client_of(alice).get(EXPORT, {"cols": ["owner", "tags"]}))[1:]
    assert (row[2], sorted(row[3].split("; "))) == ("Sam", ["Fair", "VIP"])


def test_a_large_list_is_prepared_and_opened_by_its_maker_for_a_day(
    cast: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_views, "MOST_AT_ONCE", 2)
    for number in range(3):
        customer(str(number), name=f"Name {number}")
    alice, max_ = client_of(cast["Alice"]), client_of(cast["Max"])
    page = alice.get(EXPORT, {"cols": "city", "sort": "name"})
    assert "<strong>3</strong> rows" in page.content.decode()
    assert not Export.objects.exists(), "asking is not taking"
    answer = alice.post(reverse("lists:exports"), {"cols": "city", "sort": "name", "form": "csv"})
    export = Export.objects.get()
    here, content = (reverse(f"lists:export_{name}", args=[export.pk]) for name in ("page", "content"))
    assert (answer.status_code, answer["Location"]) == (302, here)
    assert "is being written" in alice.get(here).content.decode()
    assert alice.get(content).status_code == 302
    run_until_idle(queues=("heavy",))
    export.refresh_from_db()
    assert (export.asked, export.rows) == (None, 3)
    assert "is ready" in alice.get(here).content.decode()
    assert [row[1] for row in _rows(alice.get(content))[1:]] == ["Name 0", "Name 1", "Name 2"]
    assert (max_.get(here).status_code, max_.get(content).status_code) == (404, 404)
    assert "Customers" in alice.get(reverse("lists:exports")).content.decode()
    path = export_file(export.file)
    forget_exports(timezone.now() + timedelta(hours=23))
    assert path.is_file()
    forget_exports(timezone.now() + timedelta(hours=25))
    assert not path.exists()
    assert alice.get(content).status_code == 302
    assert "any more" in alice.get(here).content.decode()


def test_rights_are_asked_again_when_the_file_is_written(
    cast: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_views, "MOST_AT_ONCE", 0)
    customer("1", city="SECRET-42")
    lee = client_of(cast["Lee"])
    lee.post(reverse("lists:exports"), {"cols": ["city", "kind"], "form": "csv"})
    set_field_rule(role="analyst", attribute="city", may="hidden", by=cast["Alice"].principal, at=timezone.now())
    run_until_idle(queues=("heavy",))
    export = Export.objects.get()
    assert export.file == ""
    assert export_files() == []
    forget_exports(timezone.now() + timedelta(hours=49))
    assert Export.objects.get().asked is None, "what was asked for may name people"


def test_what_a_killed_worker_left_is_removed(cast: dict[str, User], tmp_path: Path) -> None:
    folder = export_file("").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1-abc.csv.part").write_bytes(b"half")
    forget_exports(timezone.now())
    assert len(export_files()) == 1
    forget_exports(timezone.now() + timedelta(hours=25))
    assert export_files() == []


def test_who_may_take_out(cast: dict[str, User]) -> None:
    customer("1")
    for name, expected in {"Alice": 200, "Max": 200, "Lee": 200, "Sam": 200, "Sue": 403, "Ray": 403}.items():
        answer = client_of(cast[name]).get(EXPORT)
        assert answer.status_code == expected, name
        _bytes(answer)
    assert Client().get(EXPORT).status_code == 302
    assert client_of(cast["Alice"]).post(EXPORT).status_code == 405


def test_the_queries_do_not_grow_with_the_rows(
    cast: dict[str, User], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    alice, asked = client_of(cast["Alice"]), []
    _bytes(alice.get(EXPORT))
    for more in (2, 60):
        for number in range(more):
            customer(f"{more}-{number}")
        with django_assert_max_num_queries(40) as counted:
            _bytes(alice.get(EXPORT, {"all": "yes"}))
        asked.append(len(counted))
    assert asked[0] == asked[1]


def test_a_wish_travels_to_a_job(cast: dict[str, User]) -> None:
    seen = registry.visible_to(cast["Alice"].principal)
    wish = Wish(EVERYTHING, "zoe", Sort("value", True), columns_taken(USUAL_COLUMNS, seen), "xlsx", True, "fr")
    again = Wish.from_json(wish.to_json(), seen)
    assert (again, again.language) == (wish, "fr")
    assert columns_taken((ALL_COLUMNS,), seen)[:2] == ("customer_number", "name")


@given(st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]))), max_size=20))
def test_a_column_is_as_safe_as_a_cell(texts: list[str | None]) -> None:
    assert safe_texts(pa.array(texts, pa.string())).to_pylist() == [safe_cell(one) for one in texts]


@example([" '="])
@given(st.lists(st.text(st.sampled_from("'=+-@\t\n＝1a ,;\""), min_size=1), min_size=1))
def test_a_text_like_a_formula_comes_back_as_it_went(texts: list[str]) -> None:
    """An import takes off the apostrophe that an export puts before a text, and no other."""
    sink = io.StringIO()
    csv.writer(sink).writerow(safe_texts(pa.array(texts, pa.string())).to_pylist())
    lines = iter(sink.getvalue().splitlines(keepends=True))
    spaces = [text.lstrip(" ") for text in texts]  # which no import keeps at the beginning of a cell
    assert [cell.lstrip(" ") for cell in next(split_rows(lines, ","))] == spaces


_CELLS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9))


@given(st.lists(st.lists(_CELLS, min_size=2, max_size=2), min_size=1, max_size=9), st.integers(1, 4))
def test_a_workbook_comes_back_as_it_went(rows: list[list[str | None]], most: int) -> None:
    """Texts of any kind, over as many sheets as it takes."""
    sink = io.BytesIO()
    arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    with Workbook(sink, ["A", "B"], Dialect(), most_rows=most) as book:
        book.write(arrays)
    found = [
        [cell or None for cell in row]
        for sheet in openpyxl.load_workbook(sink)
        for row in sheet.iter_rows(min_row=2, max_col=2, values_only=True)
    ]
    expected = [[cell or None for cell in row] for row in rows]
    while expected and expected[-1] == [None, None]:
        expected.pop()
    assert [row for row in found if any(row)] == [row for row in expected if any(row)]


def test_memory_stays_flat(tmp_path: Path) -> None:
    """A batch is let go of when it is written: a hundred cost what ten cost."""
    from fleuve.attributes import Attribute

    column = FileColumn(Attribute("note", "text", "Note", "lists"), "Note")
    words = random.Random(7)
    batch = [pa.array(["".join(words.choices("abcdef \u00e9", k=60)) for _ in range(2_000)])]
    most = {}
    for count in (10, 100):
        seen = 0

        def batches(count: int = count) -> Iterator[list[pa.Array]]:
            nonlocal seen
            for _ in range(count):
                seen = max(seen, pa.total_allocated_bytes())
                yield [pa.concat_arrays([one]) for one in batch]

        for form in ("csv", "xlsx", "parquet"):
            with (tmp_path / f"file.{form}").open("wb") as sink:
                assert write_file(form, sink, [column], batches()) == count * 2_000
        most[count] = seen
    assert most[100] < most[10] * 1.5 + 1_000_000


def test_the_day_is_that_of_the_house(cast: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    """At 23:30 UTC it is tomorrow in Paris."""
    monkeypatch.setattr("fleuve.lists.views.export.timezone.now", lambda: datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    customer("1")
    with translation.override("en"):
        answer = client_of(cast["Alice"]).get(EXPORT)
    assert "customers-2026-03-02.csv" in answer["Content-Disposition"]
    _bytes(answer)  # a file that nobody reads stays open
