"""Sheets of an Excel workbook. Looked at as an archive before it is unpacked: a small file may hold a huge one."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Final, TypeAlias

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from fleuve.imports.reading.errors import UnreadableFile
from fleuve.imports.reading.limits import LIMITS, Limits

__all__ = ["Cell", "check_archive", "is_workbook", "open_workbook", "sheet_rows", "visible_sheets"]

Cell: TypeAlias = str | int | float | bool | datetime | date | time | timedelta

_BLOCK = 1 << 16
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAME_LENGTHS_AT = 26  # in an entry's local header: two lengths, then the name and the extra field


def is_workbook(path: Path) -> bool:
    """Whether the first bytes are an archive (xlsx); an old or locked workbook is refused with its own sentence."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head == _OLE:
        raise UnreadableFile("old_workbook")
    return head.startswith(b"PK\x03\x04")


def open_workbook(path: Path, limits: Limits = LIMITS) -> CalamineWorkbook:
    """The workbook, once its archive has been found harmless."""
    check_archive(path, limits)
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise UnreadableFile("locked_workbook") from error
    except (CalamineError, OSError) as error:
        raise UnreadableFile("damaged_workbook") from error


def visible_sheets(workbook: CalamineWorkbook) -> list[str]:
    """Names of the sheets that a person sees; every sheet when all are hidden."""
    shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    return shown or list(workbook.sheet_names)


def sheet_rows(workbook: CalamineWorkbook, sheet: str) -> Iterator[list[Cell]]:
    """Rows from the first of the sheet on, numbered as Excel does; a merged area holds its value in every cell."""
    table = _sheet(workbook, sheet)
    left: list[Cell] = [""] * (table.start[1] if table.start else 0)
    merged = _Merged(table.merged_cell_ranges or [])
    # calamine gives the empty rows above the first cell, but not the empty columns before it.
    for number, row in enumerate(table.iter_rows()):
        cells = left + row
        merged.fill(number, cells)
        yield cells


class _Merged:
    """Merged areas, met from top to bottom: the top left cell's value is copied into the others."""

    def __init__(self, areas: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._starting: dict[int, list[tuple[int, int, int]]] = {}
        for (top, first), (bottom, last) in areas:
            self._starting.setdefault(top, []).append((bottom, first, last))
        self._open: list[tuple[int, int, int, Cell]] = []

    def fill(self, number: int, cells: list[Cell]) -> None:
        for bottom, first, last in self._starting.pop(number, ()):
            if first < len(cells):
                self._open.append((bottom, first, last, cells[first]))
        if not self._open:
            return
        for _, first, last, value in self._open:
            cells[first : last + 1] = [value] * len(cells[first : last + 1])
        self._open = [area for area in self._open if area[0] > number]


def _sheet(workbook: CalamineWorkbook, sheet: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(sheet)
    except CalamineError as error:
        raise UnreadableFile("damaged_workbook") from error


def check_archive(path: Path, limits: Limits = LIMITS) -> None:
    """Refuse an archive that unpacks beyond the limits. Counts what really unpacks: the sizes it declares may lie."""
    packed = path.stat().st_size
    allowed = min(packed * limits.unpacked_times, limits.unpacked_bytes)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > limits.workbook_entries or sum(entry.file_size for entry in entries) > allowed:
                raise UnreadableFile("unpacks_too_large", times=limits.unpacked_times)
            _unpack_within(path, entries, allowed, limits)
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        raise UnreadableFile("damaged_workbook") from error


def _unpack_within(path: Path, entries: list[zipfile.ZipInfo], allowed: int, limits: Limits) -> None:
    total = 0
    with path.open("rb") as stream:
        for entry in entries:
            if entry.flag_bits & 1:
                raise UnreadableFile("locked_workbook")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise UnreadableFile("damaged_workbook")
            if entry.compress_type == zipfile.ZIP_DEFLATED:
                for count in _unpacked(stream, entry):
                    total += count
                    if total > allowed:
                        raise UnreadableFile("unpacks_too_large", times=limits.unpacked_times)


def _unpacked(stream: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[int]:
    """Sizes of the blocks that an entry unpacks to; no block is larger than a megabyte."""
    stream.seek(entry.header_offset + _NAME_LENGTHS_AT)
    lengths = stream.read(4)
    stream.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), os.SEEK_CUR)
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    left = entry.compress_size
    while left > 0 and not inflate.eof and (data := stream.read(min(_BLOCK, left))):
        left -= len(data)
        while data:
            yield len(inflate.decompress(data, _BLOCK * 16))
            data = inflate.unconsumed_tail
