"""Commands run in this process, on the test database."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from fleuve.accounts.models import User
from fleuve.cli.main import COMMANDS, main
from fleuve.cli.refusals import code_and_sentence
from fleuve.cli.startup import COMMAND_LINE
from fleuve.config.database import whole_number
from fleuve.events.models import Event

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("FLEUVE_HOME", str(settings.HOME))

    def call(*words: str) -> tuple[int, dict[str, Any]]:
        code = main([*words, "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else {}

    return call


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert all(command.name in text for command in COMMANDS)


@pytest.mark.parametrize("words", [[], ["nonsense"], ["users"], ["restore"], ["worker", "--queue", "slow"]])
def test_what_is_not_understood_exits_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2


def test_a_colleague_is_invited_by_a_link_that_opens_once(run: Run) -> None:
    code, found = run("users", "add", "Bob@Example.org", "--name", "Bob", "--role", "reader")
    assert code == 0
    assert found["link"].startswith(f"{settings.FLEUVE_URL}/invitation/")
    event = Event.objects.latest("at")
    assert event.actor_label == COMMAND_LINE.label


def test_a_person_is_disabled_enabled_and_given_another_role(run: Run) -> None:
    from fleuve.accounts.actions.create_owner import create_owner
    from fleuve.cli.startup import now

    for name in ("alice", "bob"):
        create_owner(email=f"{name}@example.org", name=name, password=None, by=COMMAND_LINE, at=now())
    assert run("users", "disable", "BOB@example.org")[1]["is_active"] is False
    assert run("users", "enable", "bob@example.org")[1]["is_active"] is True
    assert run("users", "role", "bob@example.org", "reader")[1]["role"] == "reader"
    assert User.objects.get(email="bob@example.org").role == "reader"
    listed = run("users", "list")[1]["users"]
    assert [user["email"] for user in listed] == ["alice@example.org", "bob@example.org"]
    assert run("users", "password-link", "bob@example.org")[1]["link"].startswith("http")


def test_the_last_owner_stays(run: Run) -> None:
    from fleuve.accounts.actions.create_owner import create_owner
    from fleuve.cli.startup import now

    create_owner(email="alice@example.org", name="Alice", password=None, by=COMMAND_LINE, at=now())
    code, found = run("users", "disable", "alice@example.org")
    assert code == 1
    assert "only owner" in found["error"]["message"]


def test_nobody_of_that_name_is_said(run: Run) -> None:
    code, found = run("users", "disable", "nobody@example.org")
    assert (code, found["error"]["code"]) == (1, "nobody_there")


def test_a_missing_file_is_said(run: Run, tmp_path: Path) -> None:
    code, found = run("restore", str(tmp_path / "nothing.zip"))
    assert (code, found["error"]["code"]) == (1, "archive_damaged")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (OperationalError("database or disk is full"), "disk_full"),
        (OSError(errno.EROFS, "Read-only file system"), "read_only"),
        (OperationalError("attempt to write a readonly database"), "read_only"),
        (OperationalError("connection refused"), "database_away"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "/etc/hosts/fleuve"), "file"),
    ],
)
def test_a_fault_of_the_machine_is_a_sentence(error: Exception, code: str) -> None:
    found = code_and_sentence(error)
    assert found is not None
    assert found[0] == code


def test_a_fault_of_ours_shows_its_frames() -> None:
    assert code_and_sentence(ZeroDivisionError()) is None


@pytest.mark.parametrize("text", ["", "abc", "-1", "0", "8000.5"])
def test_a_setting_that_counts_is_named_when_it_does_not(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="FLEUVE_PORT must be a whole number"):
        whole_number("FLEUVE_PORT", text)
