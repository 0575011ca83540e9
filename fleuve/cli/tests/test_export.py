"""``fleuve export`` and ``fleuve lists``, in this process, on the test database."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from django.test import override_settings
from django.utils import timezone

from fleuve.accounts.tests.cast import client_as
from fleuve.attributes import Is
from fleuve.cli.main import main
from fleuve.events.models import Event
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.lists.actions import refresh_mirror, save_view
from fleuve.lists.models import Export, Mirror
from fleuve.parties.actions import Edit, change_customers
from fleuve.parties.models import PartyCard
from fleuve.parties.tests.cast import customer

Run = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def run(db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    monkeypatch.setenv("FLEUVE_HOME", str(tmp_path))

    def call(*words: str) -> tuple[int, list[dict[str, Any]]]:
        code = main([*words, "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    with override_settings(HOME=tmp_path):
        for number, city in enumerate(["Lyon", "Paris", "Lyon"]):
            customer(str(number), name=f"Name {number}", city=city)
        yield call


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_a_filter_columns_and_an_order(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    given = ["--filter", '{"key": "city", "operator": "is", "value": "Lyon"}', "--columns", "city", "--sort", "-name"]
    code, (told,) = run("export", *given, "-o", str(path))
    assert (code, told["rows"], told["file"]) == (0, 2, str(path))
    assert _rows(path) == [
        ["Customer number", "Name", "City"],
        ["2", "Name 2", "Lyon"],
        ["0", "Name 0", "Lyon"],
    ]
    fact = Event.objects.get(name="workspace.list_exported")
    assert (fact.actor_label, fact.data["rows"], fact.data["form"]) == ("Command line", 2, "csv")
    assert list(tmp_path.glob("*.part")) == []


def test_a_saved_view_as_parquet(run: Run, tmp_path: Path) -> None:
    alice = Principal("user", "1", "Alice", "owner")
    save_view(
        name="Of Lyon", node=Is("city", "is", "Lyon"), words="name", columns=["city"], sort="name", is_shared=False,
        by=alice, at=timezone.now(),
    )  # fmt: skip
    path = tmp_path / "out.parquet"
    code, (told,) = run("export", "--view", "of lyon", "--form", "parquet", "-o", str(path))
    assert (code, told["rows"]) == (0, 2)
    assert parquet.read_table(path).to_pydict() == {
        "customer_number": ["0", "2"], "name": ["Name 0", "Name 2"], "city": ["Lyon", "Lyon"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--view", "nobody's"], "cannot_export"),
        (["--filter", "{nonsense"], "cannot_export"),
        (["--filter", "[1]"], "cannot_export"),
        (["--filter", '{"key": "nothing", "operator": "is", "value": 1}'], "attribute_unknown"),
        (["--columns", "nothing"], "attribute_unknown"),
        (["--sort", "-nothing"], "attribute_unknown"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    run: Run, tmp_path: Path, words: list[str], code: str
) -> None:
    exit_code, (told,) = run("export", *words, "-o", str(tmp_path / "out.csv"))
    assert (exit_code, told["error"]["code"]) == (1, code)
    assert list(tmp_path.glob("out*")) == []
    assert not Export.objects.exists()


def test_a_folder_that_is_not_there_is_said_before_anything_is_counted(run: Run, tmp_path: Path) -> None:
    exit_code, (told,) = run("export", "-o", str(tmp_path / "missing" / "out.csv"))
    assert (exit_code, told["error"]["code"]) == (1, "cannot_export")
    assert not Export.objects.exists()


def test_two_views_of_a_name_are_told_apart_by_number(run: Run, tmp_path: Path) -> None:
    for number in ("1", "2"):
        save_view(
            name="Mine", node=Is("city", "is", "Paris"), words="", columns=[], sort="", is_shared=False,
            by=Principal("user", number, f"Person {number}", "owner"), at=timezone.now(),
        )  # fmt: skip
    exit_code, (told,) = run("export", "--view", "mine", "-o", str(tmp_path / "out.csv"))
    assert exit_code == 1
    number = told["error"]["message"].split("(")[1].split(" of ")[0]
    code, (told,) = run("export", "--view", number, "-o", str(tmp_path / "out.csv"))
    assert (code, told["rows"]) == (0, 1)


def test_a_small_base_has_no_copy_to_verify(run: Run) -> None:
    assert run("lists") == (0, [{"has_copy": False, "compared": 0, "in_copy": 0, "in_database": 0, "differing": []}])
    code, told = run("lists", "--rebuild", "--verify")
    assert (code, told[0]["deed"], told[1]["has_copy"]) == (0, "nothing", False)


def test_verify_finds_what_was_written_beside_the_marks(run: Run) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=timezone.now(), small=0)
    party = PartyCard.objects.order_by("pk")[0].pk
    change_customers(edits=[Edit(party, "city", "Arles")], by=SYSTEM, at=timezone.now())
    code, (told,) = run("lists", "--verify")
    assert (code, told["compared"], told["differing"]) == (0, 3, []), "what is marked is read from the database"
    other = PartyCard.objects.order_by("pk")[1].pk
    PartyCard.objects.filter(pk=other).update(country="Nowhere")
    code, (told,) = run("lists", "--verify")
    assert (code, told["differing"]) == (1, [{"customer": str(other), "columns": ["country"]}])
    PartyCard.objects.filter(pk=other).delete()
    code, (told,) = run("lists", "--verify")
    assert (code, told["in_copy"], told["in_database"]) == (1, 3, 2)
    assert Mirror.objects.count() == 1


def test_it_needs_nobody_signed_in_and_no_right(run: Run, tmp_path: Path) -> None:
    """The shell is the permission: whoever runs a command can read the database."""
    client_as("reader")
    assert run("export", "-o", str(tmp_path / "out.xlsx"), "--form", "xlsx")[0] == 0
