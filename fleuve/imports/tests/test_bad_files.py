"""Files that cannot be read as they are: a sentence that helps, bounded memory, nothing half-written."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, cast

import pytest
import xlsxwriter

from fleuve.imports.actions import import_file, look_at_file, receive_file
from fleuve.imports.errors import ImportsError, MappingIncomplete
from fleuve.imports.models import Import, ImportFault
from fleuve.imports.reading import LIMITS, Layout, Limits, UnreadableFile, look_at, rows_of
from fleuve.imports.reading.text_rows import bounded_lines, split_rows
from fleuve.imports.tests.tables import counts
from fleuve.imports.wording import sentence
from fleuve.kernel.errors import FleuveError
from fleuve.kernel.principal import SYSTEM
from fleuve.touchpoints.models import PurchaseLine

_SALES = "Invoice,Date,Customer,Item,Qty,Price\n"


def _text(tmp_path: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _refusal(path: Path, **limits: int) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        _read_all(path, Limits(**limits))
    assert sentence(caught.value.code, caught.value.values)
    return caught.value


def _read_all(path: Path, limits: Limits) -> int:
    return sum(1 for _ in rows_of(path, look_at(path, limits=limits), limits))


@pytest.mark.parametrize("content", [b"", b"   \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, content: bytes) -> None:
    assert _refusal(_text(tmp_path, content)).code == "empty"


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(LIMITS.file_bytes + 1)
    error = _refusal(path)
    assert error.code == "too_large"
    assert "200 MB" in sentence(error.code, error.values)


def test_three_hundred_columns_are_read_and_six_hundred_refused(tmp_path: Path) -> None:
    wide = ",".join(f"Column {number}" for number in range(300)) + "\n" + ",".join(["1"] * 300) + "\n"
    assert len(look_at(_text(tmp_path, wide)).columns) == 300
    wider = ",".join(f"Column {number}" for number in range(600)) + "\n" + ",".join(["1"] * 600) + "\n"
    assert _refusal(_text(tmp_path, wider)).code == "too_many_columns"


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    assert _refusal(_text(tmp_path, _SALES + "F1,2024-01-01,1,A,1,2\n" * 60), rows=50).code == "too_many_rows"


def test_a_cell_of_two_megabytes_is_refused_with_its_row(tmp_path: Path) -> None:
    path = _text(tmp_path, _SALES + f'F1,2024-01-01,1,"{"x" * 2_100_000}",1,2\n')
    assert _refusal(path).code == "cell_too_long"


class _EndlessCell(io.RawIOBase):
    """A stream of one gigabyte without a line break, made as it is read."""

    def __init__(self) -> None:
        self.left = 1 << 30

    def read(self, size: int = -1) -> bytes:
        block = b"x" * min(self.left, size)
        self.left -= len(block)
        return block


def test_a_cell_of_a_gigabyte_is_refused_in_little_memory() -> None:
    stream = _EndlessCell()
    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="cell_too_long"):
        list(split_rows(bounded_lines(cast("IO[bytes]", stream), "utf-8"), ","))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * 1024 * 1024
    assert stream.left > 900 * 1024 * 1024


def test_a_quoted_cell_over_many_lines_is_refused_in_little_memory() -> None:
    def lines() -> Iterator[str]:
        yield 'a,"'
        while True:
            yield "x" * 100 + "\n"

    with pytest.raises(UnreadableFile, match="cell_too_long"):
        list(split_rows(lines(), ","))


def test_nul_bytes_are_dropped_and_the_rows_read(tmp_path: Path) -> None:
    path = _text(tmp_path, _SALES.encode() + b"F1,2024-01-01,17\x00,La\x00mp,1,2\nF2,2024-01-02,18,Mug,1,2\n")
    rows = [row for _, row in rows_of(path, look_at(path))]
    assert rows[0][2:4] == ["17", "Lamp"]


def test_an_image_is_no_table(tmp_path: Path) -> None:
    image = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(32)) * 200
    assert _refusal(_text(tmp_path, image, "photo.csv")).code == "not_a_table"


def test_an_old_excel_file_is_told_to_be_saved_anew(tmp_path: Path) -> None:
    assert (
        _refusal(_text(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old.xls")).code == "old_workbook"
    )


def test_a_damaged_workbook_says_so(tmp_path: Path) -> None:
    assert _refusal(_text(tmp_path, b"PK\x03\x04" + b"rubbish" * 40, "sales.xlsx")).code == "damaged_workbook"


def test_an_archive_that_is_no_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "letters.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "hello")
    assert _refusal(path).code == "damaged_workbook"


def _workbook(path: Path, unpacked: int) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Sales").write_row(0, 0, ("Invoice", "Date", "Customer", "Total"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * unpacked)
    return path


def test_a_zip_bomb_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    assert _refusal(_workbook(tmp_path / "bomb.xlsx", 40_000_000)).code == "unpacks_too_large"


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "bomb.xlsx", 40_000_000)
    lying = path.read_bytes().replace((40_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(lying)
    tracemalloc.start()
    assert _refusal(path).code == "unpacks_too_large"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


def test_the_values_of_formula_cells_are_used(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Sales")
        sheet.write_row(0, 0, ("Invoice", "Date", "Customer", "Total"))
        sheet.write_row(1, 0, ("F1", "2024-01-05", "17"))
        sheet.write_formula(1, 3, "=6*7", None, 42)
    assert [row for _, row in rows_of(path, look_at(path))] == [["F1", "2024-01-05", "17", 42.0]]


@pytest.mark.parametrize("text", ["café", "ünïted kîngdøm", "Œuvre – 12 €"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_accents_survive_every_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    content = "Facture;Date;Client;Désignation;Montant\n" + f"F1;03/02/2024;17;{text};12,50\n" * 30
    path = _text(tmp_path, content.encode(encoding))
    layout = look_at(path)
    assert layout.columns[3] == "Désignation"
    assert next(rows_of(path, layout))[1][3] == text


def test_a_code_page_of_another_system_is_recognised(tmp_path: Path) -> None:
    content = "Facture;Date;Client;Désignation;Montant\n" + "F1;03/02/2024;17;Éclair à la crème brûlée;12,50\n" * 30
    path = _text(tmp_path, content.encode("cp850"))
    assert next(rows_of(path, look_at(path)))[1][3] == "Éclair à la crème brûlée"


def test_duplicate_headers_are_told_apart(tmp_path: Path) -> None:
    path = _text(tmp_path, "Invoice,Date,Customer,Amount,Amount,Amount\nF1,2024-01-05,17,1.50,2.50,3.50\n")
    assert look_at(path).columns[3:] == ("Amount", "Amount (2)", "Amount (3)")


Bring = Callable[..., Import]


@pytest.mark.django_db
def test_missing_columns_are_named_and_nothing_is_written(organisation: object, tmp_path: Path, now: datetime) -> None:
    path = _text(tmp_path, "Invoice,Customer,Item\nF1,17,Lamp\nF2,18,Mug\n")
    with pytest.raises(MappingIncomplete, match="Date"):
        import_file(path=path, answers={"currency": "EUR"}, shape="line", takes_proposals=True, by=SYSTEM, at=now)
    assert set(counts().values()) == {0}


@pytest.mark.django_db
def test_a_file_of_another_kind_is_recognised_as_such(organisation: object, tmp_path: Path, now: datetime) -> None:
    rows = "".join(
        f"2024-0{1 + day // 28}-{1 + day % 28:02d},{day % 9}.4,{80 - day % 20},{day % 5}.1\n" for day in range(56)
    )
    path = _text(tmp_path, "station_day,temperature,humidity,rain_mm\n" + rows, "weather.csv")
    with pytest.raises(MappingIncomplete, match="another kind of file"):
        import_file(path=path, answers={"currency": "EUR"}, takes_proposals=True, by=SYSTEM, at=now)
    assert set(counts().values()) == {0}


@pytest.mark.django_db
def test_amounts_of_ten_digits_are_set_aside_until_a_person_accepts_them(bring: Bring, tmp_path: Path) -> None:
    path = _text(tmp_path, _SALES + "F1,2024-01-05,17,A,1,12.50\nF2,2024-01-06,18,B,1,3612345678\n")
    row = bring(path)
    assert row.result is not None
    assert (row.result["lines"], row.result["set_aside"]) == (1, 1)
    fault = ImportFault.objects.get(of_import=row, is_check=False)
    assert (fault.row, fault.code, fault.value) == (3, "amount_too_large", "3612345678")
    accepted = bring(path, answers={"currency": "EUR", "large_amounts": "accept"})
    assert accepted.result is not None
    assert accepted.result["set_aside"] == 0
    assert PurchaseLine.objects.get(purchase__number="F2").amount == 361_234_567_800


@pytest.mark.django_db
def test_text_that_looks_like_a_formula_is_kept_as_it_is(bring: Bring, tmp_path: Path) -> None:
    bring(_text(tmp_path, _SALES + "F1,2024-01-05,17,=cmd|' /C calc'!A0,1,12.50\nF2,2024-01-06,18,B,1,3\n"))
    products = PurchaseLine.objects.values_list("product__code", flat=True)
    assert "=cmd|' /C calc'!A0" in set(products)


@pytest.mark.django_db
def test_faults_are_told_by_row_and_column(bring: Bring, tmp_path: Path) -> None:
    rows = (
        "F1,2024-01-05,17,A,1,12.50\nF2,31/31/2024,18,A,1,1\nF3,2024-01-06,18,A,many,1\n"
        "F4,,18,A,1,1\nF5,1890-01-01,1,A,1,1\n"
    )
    row = bring(_text(tmp_path, _SALES + rows))
    told = ImportFault.objects.filter(of_import=row, is_check=True).values_list("row", "column", "code", "value")
    assert list(told.order_by("row")) == [
        (3, 1, "date_unreadable", "31/31/2024"),
        (4, 4, "number_unreadable", "many"),
        (5, 1, "date_missing", ""),
        (6, 1, "date_implausible", "1890-01-01"),
    ]


@pytest.mark.django_db
def test_an_unreadable_file_keeps_its_reason(organisation: object, now: datetime) -> None:
    row = receive_file(file_name="photo.csv", blocks=[b"\x89PNG" + bytes(range(32)) * 100], by=SYSTEM, at=now)
    look_at_file(row=row, by=SYSTEM, at=now)
    row.refresh_from_db()
    assert row.state == Import.State.UNREADABLE
    assert row.problem == {"code": "not_a_table", "values": {}}


@pytest.mark.django_db
def test_an_upload_beyond_the_limit_leaves_no_file(organisation: object, now: datetime, fleuve_home: object) -> None:
    before = set(Path(fleuve_home.uploads).iterdir())  # type: ignore[attr-defined]
    blocks = (b"x" * (1 << 20) for _ in range(201))
    with pytest.raises(FleuveError):
        receive_file(file_name="huge.csv", blocks=blocks, by=SYSTEM, at=now)
    assert set(Path(fleuve_home.uploads).iterdir()) == before  # type: ignore[attr-defined]
    assert not Import.objects.exists()


def test_a_layout_round_trips_through_json(tmp_path: Path) -> None:
    layout = look_at(_text(tmp_path, "Ventes 2024\n\n" + _SALES + "F1,2024-01-05,17,A,1,12.50\n"))
    assert (layout.header_rows, layout.titles) == ((3,), "Ventes 2024")
    assert Layout.from_json(layout.to_json()) == layout


def test_every_refusal_has_its_sentence() -> None:
    assert issubclass(MappingIncomplete, ImportsError)
    codes = (
        "empty", "too_large", "too_many_rows", "too_many_columns", "cell_too_long", "not_a_table", "old_workbook",
        "locked_workbook", "damaged_workbook", "unpacks_too_large", "no_rows",
    )  # fmt: skip
    assert len({sentence(code, {"limit": 1, "times": 1, "columns": 1, "row": 1}) for code in codes}) == len(codes)
