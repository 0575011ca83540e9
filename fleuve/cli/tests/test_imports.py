"""``fleuve import`` with rules and keys, ``fleuve imports`` and its verbs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from fleuve.cli.main import main
from fleuve.imports.tests.place import a_plan, put
from fleuve.parties.models import Party, Record

pytestmark = pytest.mark.django_db(transaction=True)

Run = Callable[..., tuple[int, dict[str, Any]]]

_HEAD = "Customer number;Name;E-mail;City\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("FLEUVE_HOME", str(settings.HOME))
    monkeypatch.setattr("fleuve.imports.revaluation.enqueue", lambda name, **options: None)

    def call(*words: str) -> tuple[int, dict[str, Any]]:
        code = main([*words, "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else {}

    return call


def _import(run: Run, path: Path, *words: str) -> tuple[int, dict[str, Any]]:
    options = ("--source", "Shop", "--answer", "currency=EUR", "--yes", "--no-value")
    return run("import", str(path), *options, *words)


def test_rules_and_keys_are_taken_and_the_import_is_taken_back(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(f"{_HEAD}17;Chloé Éclair;chloe@example.org;Lyon\n")
    assert _import(run, path)[0] == 0
    path.write_text(f"{_HEAD}17;Chloé Martin;chloe@example.org;Paris\n18;C. M.;chloe@example.org;Nice\n")
    code, _found = _import(run, path, "--rule", "City=fill", "--match", "email")
    assert code == 0
    record = Record.objects.get(external_id="17")
    assert (record.name, record.city, Party.objects.count()) == ("Chloé Martin", "Lyon", 1)
    _code, listed = run("imports", "list")
    latest = listed["imports"][0]
    assert (latest["file"], latest["state"], latest["rows"]) == ("customers.csv", "imported", 2)
    code, undone = run("imports", "undo", latest["id"])
    assert (code, undone["state"], undone["conflicts"]) == (0, "undone", 0)
    assert Record.objects.get().name == "Chloé Éclair"


def test_what_is_not_there_is_refused_in_a_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(f"{_HEAD}17;Chloé Éclair;chloe@example.org;Lyon\n")
    code, found = _import(run, path, "--rule", "Colour=fill")
    assert (code, found["error"]["code"]) == (1, "unknown_column")
    code, found = run("imports", "undo", "4711")
    assert (code, found["error"]["code"]) == (1, "unknown_import")


@pytest.mark.parametrize("words", [["--rule", "City=often"], ["--match", "colour"], ["--match", "email,email"]])
def test_a_rule_that_is_none_is_not_understood(words: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["import", "file.csv", *words])
    assert end.value.code == 2


def test_a_scheduled_import_is_listed_and_run(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(f"{_HEAD}17;Chloé Éclair;chloe@example.org;Lyon\n")
    _import(run, path)
    plan = a_plan(folder="from-the-shell")
    put("customers.csv", f"{_HEAD}18;Ada;ada@example.org;Nice\n", folder="from-the-shell")
    code, ran = run("imports", "run", "shop")
    assert (code, ran["outcome"], ran["id"]) == (0, "taken", str(plan.pk))
    assert Record.objects.get(external_id="18").city == "Nice"
    _code, listed = run("imports", "plans")
    assert [(one["name"], one["state"], one["place"]) for one in listed["plans"]] == [("Shop", "on", "from-the-shell")]
    assert run("imports", "run", "nobody")[0] != 0
