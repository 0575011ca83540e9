from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from fleuve.events.models import Event
from fleuve.imports.actions import rehearse_import
from fleuve.imports.errors import MappingIncomplete
from fleuve.imports.models import Import, ImportFault, SavedMapping
from fleuve.imports.reading import UnreadableFile
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.parties.models import Record, Source

pytestmark = pytest.mark.django_db

_ROWS = "Invoice;Date;Customer;Item;Qty;Price\nA1;2024-03-01;17;Tea;2;4.50\nA2;2024-03-02;18;Cup;x;3.00\n"


def _file(folder: Path, text: str) -> Path:
    path = folder / "till.csv"
    path.write_text(text)
    return path


def _uploads() -> set[Path]:
    return set((Path(settings.HOME) / "uploads").glob("import-*"))


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> Iterator[None]:
    """Each rehearsal leaves the tables empty and the uploads as it found them (other tests leave files there)."""
    before = _uploads()
    yield
    assert not any(model.objects.exists() for model in (Import, ImportFault, SavedMapping, Source, Record, Event))
    assert _uploads() == before


def test_it_tells_counts_and_faults_in_words_and_keeps_nothing(tmp_path: Path, now: datetime) -> None:
    told: list[tuple[int, int | None]] = []
    path = _file(tmp_path, _ROWS)
    found = rehearse_import(
        path=path,
        answers={"currency": "EUR"},
        by=SYSTEM,
        at=now,
        tell=lambda done, total: told.append((done, total)),
    )
    assert (found.counts["rows"], found.counts["lines"], found.counts["set_aside"]) == (2, 1, 1)
    assert found.counts["amount"] == 900
    (fault,) = found.faults
    assert (fault.row, fault.column, fault.sets_aside) == (3, "Qty", True)
    assert told == [(2, 2)]


def test_it_names_the_questions_that_an_import_would_ask(tmp_path: Path, now: datetime) -> None:
    found = rehearse_import(path=_file(tmp_path, _ROWS), by=SYSTEM, at=now)
    assert "currency" in dict(found.questions)
    answered = rehearse_import(path=_file(tmp_path, _ROWS), answers={"currency": "EUR"}, by=SYSTEM, at=now)
    assert answered.questions == ()


def test_a_column_can_be_chosen_over_the_guess(tmp_path: Path, now: datetime) -> None:
    path = _file(tmp_path, _ROWS)
    found = rehearse_import(path=path, mapping={"Item": ""}, answers={"currency": "EUR"}, by=SYSTEM, at=now)
    assert dict(found.columns)["Item"] == ""


@pytest.mark.parametrize(("text", "error"), [("", UnreadableFile), ("Colour;Size\nred;3\nblue;4\n", MappingIncomplete)])
def test_a_refusal_keeps_nothing_either(text: str, error: type[Exception], tmp_path: Path, now: datetime) -> None:
    with pytest.raises(error):
        rehearse_import(path=_file(tmp_path, text), by=SYSTEM, at=now)


def test_a_reader_may_not(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(PermissionRefused):
        rehearse_import(path=_file(tmp_path, _ROWS), by=Principal("user", "2", "Bob", "reader"), at=now)
