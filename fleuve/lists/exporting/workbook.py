"""A spreadsheet file written column by column: a million rows in seconds where a library of cells takes minutes.

The parts are those of ECMA-376 (Office Open XML), as few as a spreadsheet asks for: texts stand in their cells
(``inlineStr``), never as formulas; days and money are numbers with a format.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Final, Self
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.compute as pc

from fleuve.lists.exporting.cells import Dialect, joined, plain_number, yes_or_no

__all__ = ["MOST_ROWS", "Workbook"]

MOST_ROWS: Final = 1_048_575  # of a sheet, below its heading

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_DAY_ZERO: Final = 25_569  # 1 January 1970, counted as spreadsheets count days
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_SHEET: Final = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_SHEET_END: Final = "</sheetData></worksheet>"
_NO_CELL: Final = "<c/>"
_TEXT: Final = ('<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>")
_CONTROL: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"  # what XML cannot hold
_ESCAPES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


class Workbook:
    """Rows go into sheets of at most 1,048,575 under a bold heading that stays in sight."""

    def __init__(
        self, sink: IO[bytes], headings: Sequence[str], dialect: Dialect, *, most_rows: int = MOST_ROWS
    ) -> None:
        # The lightest squeezing: a tenth larger than the usual one, and three times as fast.
        self._zip = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._headings, self._dialect, self._most_rows = headings, dialect, most_rows
        self._sheets = self._left = 0
        self._sheet: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._next_sheet()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_sheet()
        if kind is None:
            self._write_parts()
        self._zip.close()

    def write(self, arrays: list[pa.Array]) -> None:
        """Put these rows below the others."""
        start, rows = 0, len(arrays[0])
        while start < rows:
            if not self._left:
                self._end_sheet()
                self._next_sheet()
            count = min(self._left, rows - start)
            self._put([one.slice(start, count) for one in arrays])
            start += count
            self._left -= count

    def _put(self, arrays: list[pa.Array]) -> None:
        assert self._sheet is not None
        lines = pc.binary_join_element_wise("<row>", *(self._cells(one) for one in arrays), "</row>", "")
        buffers = lines.buffers()
        begin, end = (lines.offset, lines.offset + len(lines))
        offsets = memoryview(buffers[1]).cast("i")
        self._sheet.write(memoryview(buffers[2])[offsets[begin] : offsets[end]])

    def _cells(self, values: pa.Array) -> pa.Array:
        kind = values.type
        if pa.types.is_date(kind):
            days = pc.add(values.cast(pa.int32()), pa.scalar(_DAY_ZERO, pa.int32()))
            return _wrapped('<c s="2"><v>', days.cast(pa.string()), "</v></c>")
        if pa.types.is_decimal(kind):
            return _wrapped('<c s="3"><v>', plain_number(values), "</v></c>")
        if pa.types.is_floating(kind):
            return _wrapped("<c><v>", plain_number(values), "</v></c>")
        if pa.types.is_boolean(kind):
            values = yes_or_no(values, self._dialect.yes, self._dialect.no)
        elif pa.types.is_list(kind):
            values = joined(values)
        return _wrapped(_TEXT[0], _escaped(values), _TEXT[1])

    def _next_sheet(self) -> None:
        self._sheets += 1
        self._left = self._most_rows
        self._sheet = self._zip.open(f"xl/worksheets/sheet{self._sheets}.xml", "w", force_zip64=True)
        head = "".join(f'<c s="1" t="inlineStr"><is><t>{escape(str(one))}</t></is></c>' for one in self._headings)
        self._sheet.write(f"{_SHEET}<row>{head}</row>".encode())

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._sheet.write(_SHEET_END.encode())
            self._sheet.close()
            self._sheet = None

    def _write_parts(self) -> None:
        numbers = range(1, self._sheets + 1)
        sheets = "".join(f'<sheet name="{one}" sheetId="{one}" r:id="rId{one}"/>' for one in numbers)
        self._part(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
        )
        related = "".join(
            f'<Relationship Id="rId{one}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{one}.xml"/>'
            for one in numbers
        )
        styles = f'<Relationship Id="rId{self._sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        self._part(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_RELATIONS}">{related}{styles}</Relationships>'
        )
        document = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        self._part("_rels/.rels", f'<Relationships xmlns="{_RELATIONS}">{document}</Relationships>')
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{one}.xml" ContentType="{_KIND}.worksheet+xml"/>'
            for one in numbers
        )
        self._part(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>{overrides}</Types>',
        )
        self._zip.writestr("xl/styles.xml", _STYLES)

    def _part(self, name: str, content: str) -> None:
        self._zip.writestr(name, _HEAD + content)


def _wrapped(before: str, texts: pa.Array, after: str) -> pa.Array:
    """Each text as a cell; where there is none, an empty cell keeps the place."""
    return pc.fill_null(pc.binary_join_element_wise(before, texts, after, ""), _NO_CELL)


def _escaped(values: pa.Array) -> pa.Array:
    for sign, entity in _ESCAPES:
        if pc.any(pc.match_substring(values, sign)).as_py():
            values = pc.replace_substring(values, sign, entity)
    if pc.any(pc.match_substring_regex(values, _CONTROL)).as_py():
        values = pc.replace_substring_regex(values, _CONTROL, "")
    return values
